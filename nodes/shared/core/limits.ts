/** Every number the pack decides by: its unit is in the name, its reason beside it. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
export const BYTES_PER_MB = 1024 * 1024;

/** Image3D names no limit. 10 MB is above any web product photo and below what gateways refuse once it is base64. */
export const MAX_PICTURE_BYTES = 10 * BYTES_PER_MB;

/** Long enough for a described scene; a whole pasted page is a mistake that would cost a credit. */
export const MAX_PROMPT_CHARACTERS = 4_000;

/** A status or balance answer takes well under a second; a call that hangs is given up and asked again. */
export const READ_TIMEOUT_MS = 30 * SECOND_MS;

/** From the sign-in service's answer to another n8n process till n8n has stored it: milliseconds, seconds under load. */
export const STORING_WAITS_MS = [200, 500, 800];

/** Sending 13 MB of base64 over a slow line takes a while; after this the answer is not coming. */
export const SUBMIT_TIMEOUT_MS = 120 * SECOND_MS;

/** The gap between two status calls of one run, so that 50 tasks in flight do not come as one burst. */
export const PACE_MS = 100;

/** Back-off between tries: full jitter under a ceiling that doubles from the first value to the second. */
export const BACKOFF_BASE_MS = 1 * SECOND_MS;
export const BACKOFF_MAX_MS = 30 * SECOND_MS;

/** A Retry-After beyond this is not waited for: the user is told instead. */
export const MAX_RETRY_AFTER_MS = 10 * MINUTE_MS;

/** Tries of a submit that certainly was not accepted (500, connection refused) before it is reported. */
export const MAX_SUBMIT_TRIES = 5;

/** Tries in a row of a read (status, balance) that keeps failing before it is reported. */
export const MAX_READ_TRIES = 6;

/** Tries of a download that breaks, comes as a web page or is cut short. */
export const MAX_DOWNLOAD_TRIES = 4;

/** A redirect chain longer than this is a loop. */
export const MAX_REDIRECTS = 5;

/** A larger model gets no picture unless the user asks for one: drawing needs the whole file in memory. */
export const MAX_DEFAULT_PREVIEW_BYTES = 50 * BYTES_PER_MB;

/** Defaults of the node's options, in the unit that the user sees. */
export const DEFAULT_CONCURRENCY = 5;
export const MAX_CONCURRENCY = 50;
export const DEFAULT_TIMEOUT_SECONDS = 600;

/** An agent's tool call should answer within 50 s; the rest is for the model's own turn. */
export const TOOL_ANSWER_MS = 45 * SECOND_MS;

/** A poll leaves this much of its budget unused, so that n8n never sees it overrun. */
export const POLL_MARGIN_MS = 3 * SECOND_MS;

/** The poll that n8n waits for when it activates a trigger: one look at what is due, and no more. */
export const ACTIVATION_POLL_MS = 3 * SECOND_MS;

/** What that poll has found may take this long in all to be downloaded; the rest comes with the next poll. */
export const ACTIVATION_DELIVERY_MS = 10 * SECOND_MS;

/** What n8n says that a poll may take when no scheduler runs it. */
export const UNSCHEDULED_POLL_BUDGET_MS = 5 * MINUTE_MS;

/** What a poll may take on an n8n that does not tell (before 2.3x): well inside its one-minute interval. */
export const DEFAULT_POLL_BUDGET_MS = 45 * SECOND_MS;

/** A poll ends before the next one of the shortest interval, one minute, begins. */
export const LONGEST_POLL_MS = 57 * SECOND_MS;

/** With something to emit, a poll waits only for what is expected within this time. */
export const LINGER_MS = 3 * SECOND_MS;

/** How often a Data Table is read again while nothing in it is about to end: a new row waits no longer. */
export const RELIST_MS = 5 * SECOND_MS;

/** A row older than this says nothing about when its task was submitted. */
export const MAX_TASK_AGE_MS = 60 * MINUTE_MS;

/** A read of a poll (status, balance) is given this long at least, though the poll is nearly over. */
export const SHORTEST_READ_MS = 5 * SECOND_MS;

/** Status calls in one poll: a backlog larger than this is taken in slices, the longest overdue first. */
export const MAX_STATUS_CALLS_PER_POLL = 200;

/** Items emitted by one poll: n8n keeps them in one execution. */
export const MAX_ITEMS_PER_POLL = 100;

/** Ids remembered as emitted; n8n keeps this state in its database with the workflow. */
export const MAX_REMEMBERED_TASKS = 20_000;
