/** What meshoptimizer's simplifier is told in flags (`meshopt_Simplify…` and `meshopt_SimplifyVertex_…` in its C header). */

/**
 * Errors are lengths; and an edge at which normals break may move and vanish like any other, by what that does to shape and
 * normals. Without the second it stays as it is at any price, or moves only along itself.
 */
export const FLAGS: Array<'ErrorAbsolute' | 'Permissive'> = ['ErrorAbsolute', 'Permissive'];

/** A vertex stays where it is. */
export const LOCKED = 1;
/** What a vertex carries breaks there, and is to break there afterwards. */
export const PROTECTED = 2;
