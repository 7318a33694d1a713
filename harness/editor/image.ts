/** Whether a picture in the page is really drawn. */
import type { Locator } from 'playwright-core';

interface Image {
	naturalWidth: number;
	decode(): Promise<void>;
}

/** The width in pixels of the picture's file. Throws when the browser cannot show it. */
export async function widthOf(picture: Locator): Promise<number> {
	return await picture.evaluate(async (element) => {
		const image = element as unknown as Image;
		await image.decode();
		return image.naturalWidth;
	});
}
