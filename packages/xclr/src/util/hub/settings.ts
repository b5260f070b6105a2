// Where the Hugging Face hub is, who asks it, and where its files are kept, by the environment as its own tools read it.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** $HF_ENDPOINT, else https://huggingface.co, without a slash at the end. */
export function hubEndpoint(given?: string): string {
  return (given ?? (process.env.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/$/, '');
}

/** $HF_TOKEN as a header; nothing where there is none. */
export function hubHeaders(): Record<string, string> {
  const token = process.env.HF_TOKEN?.trim();
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Whether $HF_HUB_OFFLINE forbids to ask the hub. */
export function hubIsOffline(): boolean {
  return /^(1|true|yes|on)$/i.test(process.env.HF_HUB_OFFLINE ?? '');
}

/** $XCLR_MODELS, else ~/.cache/xclr/models: a folder for each model, by owner and name. */
export function modelsFolderOf(given?: string): string {
  return given ?? (process.env.XCLR_MODELS || join(homedir(), '.cache', 'xclr', 'models'));
}

/** Whether a text has the form of a name on the hub: owner/name. */
export function isHubName(text: string): boolean {
  return /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(text);
}
