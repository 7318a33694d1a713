/**
 * Whether a host is this machine or in its own network, by its name or address alone: nothing is looked up. In goes a
 * host as the URL parser gives it, which has turned decimal, octal and hexadecimal addresses into four plain numbers.
 */

/** Names that never leave the machine or its network. Source: RFC 6761, RFC 6762, RFC 8375, Docker's own names. */
const PRIVATE_ENDINGS = ['localhost', 'local', 'internal', 'home.arpa', 'lan'];

/** Where cloud machines ask for their own secrets. */
const METADATA = 'metadata';

/** True for loopback and private addresses, for names of such networks, and for a name without a dot. */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname.toLowerCase().replace(/\.$/, '');
	if (host.startsWith('[')) return isPrivateIpv6(host.slice(1, -1));
	const bytes = toBytes(host);
	if (bytes !== undefined) return isPrivateIpv4(bytes);
	if (host === '' || host.endsWith('.') || host.split('.')[0] === METADATA) return false;
	// A service of the same Docker network has a name of one word.
	if (!host.includes('.')) return true;
	return PRIVATE_ENDINGS.some((ending) => host.endsWith(`.${ending}`));
}

/** The four numbers of an IPv4 address, or nothing for a name. */
function toBytes(host: string): number[] | undefined {
	const parts = host.split('.');
	if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
	return parts.map(Number);
}

/** Source: IANA's registry of special-purpose addresses. */
function isPrivateIpv4([first, second, ...rest]: number[]): boolean {
	if (first === 127 || first === 10) return true;
	if (first === 172) return second >= 16 && second <= 31;
	if (first === 192) return second === 168;
	// How servers name "every address of this machine"; a client gets to this machine by it.
	if (first === 0) return second === 0 && rest.every((byte) => byte === 0);
	// What carriers and overlay networks (Tailscale) hand out.
	return first === 100 && second >= 64 && second <= 127;
}

function isPrivateIpv6(address: string): boolean {
	if (address === '::1' || address === '::') return true;
	const first = parseInt(address.split(':')[0] || '0', 16);
	// Unique local addresses.
	if ((first & 0xfe00) === 0xfc00) return true;
	const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
	if (mapped === null) return false;
	const [high, low] = [parseInt(mapped[1], 16), parseInt(mapped[2], 16)];
	return isPrivateIpv4([high >> 8, high & 255, low >> 8, low & 255]);
}
