/** An AI Agent with this package's nodes as its tools and a scripted model, run once. */
import type { Execution, WorkflowInput } from '../n8n/types';
import type { StageAccount } from './account';
import type { ChatModelServer, Conversation } from './chatModel';
import type { TestStage } from './stage';
import { chain, START, type Step } from './workflow';

export const AGENT = 'AI Agent';
/** Names of the tools' nodes. */
const TEXT_TOOL = 'Image3D Generate';
const PICTURE_TOOL = 'Image3D Generate from picture';
const STATUS_TOOL = 'Image3D Status';

export interface AgentOptions {
	/** The AI Agent's. */
	typeVersion: number;
	account: StageAccount;
	conversation: Conversation;
	/** Of the tool that makes models from words. */
	options?: object;
	/** Further tools. */
	tools?: Step[];
}

/** As n8n's editor writes it where *Let the model define this parameter* is chosen. */
const fromAi = (key: string, description: string, fallback?: string) => {
	const last = fallback === undefined ? '' : `, '${fallback}'`;
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${description}\`, 'string'${last}) }}`;
};

const QUALITY = fromAi('Quality', 'How detailed it is: fast, standard, pro or ultra', 'fast');

/** Runs the agent to its end. */
export async function runAgent(
	{ client }: Pick<TestStage, 'client'>,
	chat: ChatModelServer,
	options: AgentOptions,
	timeoutMs: number,
): Promise<Execution> {
	const name = 'OpenAI-compatible server';
	const data = { apiKey: 'none', url: chat.url };
	const { id } = await client.saveCredential({ name, type: 'openAiApi', data });
	const openAiApi = { openAiApi: { id, name } };
	const workflow = await client.saveWorkflow(agentWorkflow(options, openAiApi));
	return await client.waitForExecution(await client.run(workflow, START.name), timeoutMs);
}

function agentWorkflow(options: AgentOptions, openAiApi: NonNullable<Step['credentials']>): WorkflowInput {
	const { typeVersion, account, conversation } = options;
	const agent: Step = {
		name: AGENT,
		type: '@n8n/n8n-nodes-langchain.agent',
		typeVersion,
		parameters: { promptType: 'define', text: 'I need a 3D model.', options: {} },
	};
	const model: Step = {
		name: 'Model',
		type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
		typeVersion: 1.3,
		parameters: {
			model: { __rl: true, mode: 'id', value: conversation.model },
			responsesApiEnabled: false,
			options: {},
		},
		credentials: openAiApi,
	};
	const main = chain(`Agent ${typeVersion} with ${conversation.model}`, [START, agent]);
	const tools = [...toolsOf(account, options.options), ...(options.tools ?? [])];
	const attached = chain('', [model, ...tools]).nodes;
	const connections = { ...main.connections };
	for (const { name } of attached) {
		const type = name === model.name ? 'ai_languageModel' : 'ai_tool';
		connections[name] = { [type]: [[{ node: AGENT, type, index: 0 }]] };
	}
	return { ...main, nodes: [...main.nodes, ...attached], connections };
}

function toolsOf({ credentials }: StageAccount, options: object = {}): Step[] {
	const generate = 'n8n-nodes-image3d.image3dGenerateTool';
	const prompt = fromAi('Prompt', 'One object, with its material and color');
	const imageUrl = fromAi('Image_URL', 'Link to a PNG, JPEG or WebP picture of one object');
	const taskId = fromAi('Task_ID', 'The task_id that Image3D Generate answered');
	const picture = { mode: 'image', imageSource: 'url', imageUrl, quality: QUALITY };
	return [
		{ name: TEXT_TOOL, type: generate, parameters: { prompt, quality: QUALITY, options } },
		{ name: PICTURE_TOOL, type: generate, parameters: picture },
		{
			name: STATUS_TOOL,
			type: 'n8n-nodes-image3d.image3dStatusTool',
			parameters: { taskId, waitForCompletion: true },
		},
	].map((tool) => ({ ...tool, credentials }));
}
