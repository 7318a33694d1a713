/** The lag of each poller as a picture: for every share of the jobs, how late the node knew. Rows in, SVG out. */
import type { PollingRow } from './polling';

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 60;
const BOTTOM = 40;
const TOP = 40;
const COLORS = ['#4f46e5', '#f59e0b', '#10b981', '#ef4444', '#6b7280'];
/** Lags from 0.1 % to 1,000 % on a logarithmic axis. */
const LOWEST = 0.001;
const HIGHEST = 10;

/** Cumulative lags of the jobs with linear progress. */
export function plotLags(rows: readonly PollingRow[]): string {
	const chosen = rows.filter((row) => row.progress === 'linear');
	const lines = chosen.map((row, index) => {
		const points = row.lags.map(
			(lag, rank) => `${x(lag).toFixed(1)},${y((rank + 1) / row.lags.length).toFixed(1)}`,
		);
		return `<polyline points="${points.join(' ')}" fill="none" stroke="${COLORS[index]}" stroke-width="2"/>`;
	});
	const names = chosen.map(
		(row, index) =>
			`<text x="${LEFT + 10}" y="${TOP + 18 + index * 18}" fill="${COLORS[index]}">${row.poller} (${row.callsPerJob.toFixed(1)} calls per job)</text>`,
	);
	const ticks = [0.001, 0.01, 0.1, 1, 10].map(
		(lag) =>
			`<line x1="${x(lag)}" y1="${TOP}" x2="${x(lag)}" y2="${HEIGHT - BOTTOM}" stroke="#ddd"/><text x="${x(lag)}" y="${HEIGHT - 20}" text-anchor="middle" fill="#555">${lag * 100} %</text>`,
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="13">`,
		`<rect width="100%" height="100%" fill="#fff"/>`,
		`<text x="${LEFT}" y="22" font-size="15" fill="#222">Lag behind the end of a job, as a share of its duration (share of 200 jobs)</text>`,
		...ticks,
		...[0, 0.5, 1].map(
			(share) =>
				`<text x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end" fill="#555">${share * 100} %</text>`,
		),
		...lines,
		...names,
		'</svg>',
		'',
	].join('\n');
}

function x(lag: number): number {
	const share = Math.log(Math.max(lag, LOWEST) / LOWEST) / Math.log(HIGHEST / LOWEST);
	return LEFT + Math.min(1, share) * (WIDTH - LEFT - 20);
}

function y(share: number): number {
	return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
}
