/** How far an installation is, and how long it still takes, from the packages that have arrived. Runs on a bare clone. */

/** Unpacking goes on for this much of the whole time after the last package has arrived. */
const UNPACKING_SHARE = 0.3;
/** Below this, the packages that have arrived say nothing about the rest. */
const MIN_SHARE = 0.05;

exports.describeProgress = (parts, elapsedMs) => {
	const of = ({ name, arrived, total }) => `${name} ${Math.min(arrived, total)} of ${total} packages`;
	const text = parts.map(of).join(', ');
	const sum = (key) => parts.reduce((whole, part) => whole + Math.min(part[key], part.total), 0);
	const share = (sum('arrived') / sum('total')) * (1 - UNPACKING_SHARE);
	const isUnpacking = parts.every(({ arrived, total }) => arrived >= total);
	if (isUnpacking) return `${text}, unpacking`;
	if (!(share >= MIN_SHARE)) return text;
	return `${text}, about ${roughly((elapsedMs / share) * (1 - share))} left`;
};

function roughly(milliseconds) {
	const seconds = Math.ceil(milliseconds / 10_000) * 10;
	return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
