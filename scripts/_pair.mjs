import sharp from 'sharp'; const fs=process.argv.slice(2); const s=640;
await sharp({create:{width:fs.length*s,height:s,channels:3,background:'#fff'}}).composite(await Promise.all(fs.map(async(f,i)=>({input:await sharp('/tmp/m/'+f+'.png').resize(s,s,{kernel:'cubic'}).png().toBuffer(),left:i*s,top:0})))).png().toFile('/tmp/m/_pair.png');
