/** A language model's server whose model follows a script: OpenAI's chat completions, as far as n8n's agents use them. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startWebServer } from '../sandbox/webServer';

/** A tool as it is offered to the model. */
export interface OfferedTool {
	name: string;
	description: string;
	/** A JSON schema. */
	parameters: { properties: Record<string, Record<string, unknown>>; required?: string[] };
}

/** The sentence that ends a conversation, or the tool to call. */
type ApiResponse = string | { tool: string; input: object };
/** One turn of a script; what is a function is given the last tool's answer. */
export type Turn = ApiResponse | ((answer: string) => ApiResponse);

/** What went over the wire with one script. */
export interface Conversation {
	/** The name of the model that follows this script. */
	model: string;
	/** The tools of the first request. */
	tools: OfferedTool[];
	/** What the called tools answered, in the order of the calls. */
	answers: string[];
	/** Everything that the model was told with the last request, as it came. */
	messages: unknown[];
	/** How long each of these answers took after the model had asked for it, ms. */
	waitedMs: number[];
}

export interface ChatModelServer {
	/** For the credential of an OpenAI Chat Model. */
	url: string;
	/** A model that takes one turn per request. */
	script(...turns: Turn[]): Conversation;
	close(): Promise<void>;
}

interface ChatRequest {
	model: string;
	messages: Array<{ role: string; content: unknown }>;
	tools?: Array<{ function: OfferedTool }>;
	stream?: boolean;
}

interface Script extends Conversation {
	turns: Turn[];
	askedMs: number;
}

export async function startChatModel(): Promise<ChatModelServer> {
	const scripts = new Map<string, Script>();
	const server = await startWebServer((request, response) => {
		void respond(request, response, scripts).catch((error: unknown) => {
			send(response, 400, { error: { message: String(error) } });
		});
	});
	return {
		url: `${server.url}/v1`,
		script: (...turns) => {
			const model = `script-${scripts.size + 1}`;
			const script: Script = { model, turns, tools: [], answers: [], messages: [], waitedMs: [], askedMs: 0 };
			scripts.set(model, script);
			return script;
		},
		close: server.close,
	};
}

async function respond(
	request: IncomingMessage,
	response: ServerResponse,
	scripts: Map<string, Script>,
): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const body = JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest;
	const script = scripts.get(body.model);
	if (script === undefined) throw new Error(`There is no script for ${body.model}`);
	record(script, body);
	const turn = script.turns.shift();
	if (turn === undefined) throw new Error('The script has ended');
	const reply = typeof turn === 'function' ? turn(script.answers.at(-1) ?? '') : turn;
	script.askedMs = Date.now();
	say(response, body, reply);
}

function record(script: Script, { messages, tools = [] }: ChatRequest): void {
	if (script.askedMs === 0) script.tools = tools.map((tool) => tool.function);
	const answers = messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
	if (answers.length > script.answers.length) script.waitedMs.push(Date.now() - script.askedMs);
	script.answers = answers;
	script.messages = messages;
}

/** A whole completion, or its pieces as server-sent events. */
function say(response: ServerResponse, { model, stream }: ChatRequest, reply: ApiResponse): void {
	const isCall = typeof reply !== 'string';
	const call = isCall && {
		index: 0,
		id: `call_${randomUUID()}`,
		type: 'function',
		function: { name: reply.tool, arguments: JSON.stringify(reply.input) },
	};
	const message = {
		role: 'assistant',
		...(isCall ? { content: null, tool_calls: [call] } : { content: reply }),
	};
	const finish_reason = isCall ? 'tool_calls' : 'stop';
	const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
	const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
	if (!stream) {
		const choices = [{ index: 0, message, finish_reason }];
		return send(response, 200, { ...head, object: 'chat.completion', choices, usage });
	}
	const pieces = [
		{ choices: [{ index: 0, delta: message, finish_reason: null }] },
		{ choices: [{ index: 0, delta: {}, finish_reason }] },
		{ choices: [], usage },
	].map((piece) => JSON.stringify({ ...head, object: 'chat.completion.chunk', ...piece }));
	response.writeHead(200, { 'Content-Type': 'text/event-stream' });
	response.end([...pieces, '[DONE]'].map((piece) => `data: ${piece}\n\n`).join(''));
}

function send(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
