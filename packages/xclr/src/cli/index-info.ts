// `xclr index info`: what an index holds, and whether it is whole.
import { openIndex } from '../deploy/search/index.js';
import { describeIndex } from './index-flags.js';

export async function infoCommand(name: string, flags: { postgres?: string }): Promise<void> {
  await using index = await openIndex(name, flags);
  console.log(describeIndex(index));
}
