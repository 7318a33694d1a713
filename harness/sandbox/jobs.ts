/** Shortcuts for jobs in tests: submit, wait by asking, download. */
import axios, { type AxiosInstance } from 'axios';
import { setTimeout as sleep } from 'node:timers/promises';

export interface JobStatus {
	status: string;
	progress?: number;
	model_url?: string;
	error?: string;
}

/** Submits and returns the task id. */
export async function submit(api: AxiosInstance, body: object): Promise<string> {
	const answer = await api.post<{ task_id: string }>('/generate', body);
	if (answer.status !== 200) throw new Error(`Refused with ${answer.status}`);
	return answer.data.task_id;
}

/** Asks until the job has ended. */
export async function finish(api: AxiosInstance, taskId: string): Promise<JobStatus> {
	for (;;) {
		const { data } = await api.get<JobStatus>(`/status/${taskId}`);
		if (data.status === 'success' || data.status === 'failed') return data;
		await sleep(10);
	}
}

/** Downloads like a browser: no token, any status is an answer. */
export async function download(url: string) {
	return await axios.get<Buffer>(url, {
		responseType: 'arraybuffer',
		proxy: false,
		maxRedirects: 0,
		validateStatus: () => true,
	});
}

/** The network error code of a call that must not be answered. */
export async function errorCode(call: Promise<unknown>): Promise<string | undefined> {
	try {
		await call;
		return undefined;
	} catch (error) {
		return (error as { code?: string }).code;
	}
}
