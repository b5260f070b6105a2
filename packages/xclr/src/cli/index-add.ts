// `xclr index add`: more items, or new vectors for those that are there.
import { openEmbeddings } from '../deploy/embed/index.js';
import { openIndex, readAll, refuseOtherEncoder } from '../deploy/search/index.js';

export async function addCommand(
  name: string,
  files: readonly string[],
  flags: { postgres?: string },
): Promise<void> {
  await using index = await openIndex(name, flags);
  const embeddings = await openEmbeddings(files);
  refuseOtherEncoder(index, embeddings.encoder);
  const before = index.size;
  await index.upsert(await readAll(embeddings));
  const added = index.size - before;
  console.log(
    `→ ${index.name}: ${added} items added, ${embeddings.rows - added} replaced; ${index.size} in all`,
  );
}
