// Every command by name: what it does in a line, and where it is declared. A declaration is loaded when it is asked for.
import type { Command } from 'commander';

/** A command, or a group of commands. */
export type Entry = {
  readonly name: string;
  readonly description: string;
} & (
  | { readonly load: () => Promise<{ readonly declare: (command: Command) => void }> }
  | { readonly commands: readonly Entry[] }
);

const data: readonly Entry[] = [
  {
    name: 'inspect',
    description:
      'Show what a data source is, what it contains and what is wrong with it; optionally write a page',
    load: () => import('./data-inspect.js'),
  },
  {
    name: 'verify',
    description: 'Decode every image and write the list of the broken ones',
    load: () => import('./data-verify.js'),
  },
  {
    name: 'views',
    description: 'Draw images beside the views that training makes of them',
    load: () => import('./data-views.js'),
  },
  {
    name: 'pack',
    description: 'Pack images, captions and labels into a store that training reads without waiting',
    load: () => import('./data-pack.js'),
  },
  {
    name: 'get',
    description: 'Download a public data set from its official address',
    load: () => import('./data-get.js'),
  },
  {
    name: 'emoji',
    description: 'Render the emoji drawings of five art styles, with their names as captions',
    load: () => import('./data-emoji.js'),
  },
];

const graph: readonly Entry[] = [
  {
    name: 'build',
    description: 'Encode the captions into the store that training reads; resumes where it was stopped',
    load: () => import('./graph-build.js'),
  },
  {
    name: 'inspect',
    description:
      'Write a page of the similarities in the graph: distribution, map, examples at each level, neighbors',
    load: () => import('./graph-inspect.js'),
  },
  {
    name: 'calibrate',
    description: 'Propose τ_s for this graph; train --graph-temperature auto uses the same proposal',
    load: () => import('./graph-calibrate.js'),
  },
  {
    name: 'audit',
    description:
      'Find problems: shared, swapped and empty captions, boilerplate, hubs, label errors, leakage',
    load: () => import('./graph-audit.js'),
  },
  {
    name: 'compare',
    description: 'Compare two graphs over the same data: rank correlation, and where they disagree most',
    load: () => import('./graph-compare.js'),
  },
];

const index: readonly Entry[] = [
  {
    name: 'build',
    description: 'Build an index from embeddings; an existing one is replaced',
    load: () => import('./index-build.js'),
  },
  {
    name: 'add',
    description: 'Add items to an index; items with the same ids are replaced',
    load: () => import('./index-add.js'),
  },
  {
    name: 'remove',
    description: 'Remove items from an index',
    load: () => import('./index-remove.js'),
  },
  {
    name: 'info',
    description: 'Show what an index contains; every checksum is verified',
    load: () => import('./index-info.js'),
  },
];

export const commands: readonly Entry[] = [
  {
    name: 'quickstart',
    description:
      'Train X-CLR and SimCLR on emoji drawings, compare them, and write a report; offline, about 10 minutes',
    load: () => import('./quickstart.js'),
  },
  {
    name: 'train',
    description: 'Train an encoder on images and captions; every setting is a flag and a key of a YAML file',
    load: () => import('./train.js'),
  },
  {
    name: 'eval',
    description: 'Evaluate a run on held-out images: kNN, retrieval, alignment with the captions',
    load: () => import('./eval.js'),
  },
  {
    name: 'compare',
    description: 'Train and evaluate several methods on the same data; resumes where it was stopped',
    load: () => import('./compare.js'),
  },
  {
    name: 'export',
    description:
      "Write a run's encoder as ONNX and safetensors in Hugging Face's layout, and check the files",
    load: () => import('./export.js'),
  },
  {
    name: 'distill',
    description: "Train a small encoder on a run's own similarities; every setting is the run's unless given",
    load: () => import('./distill.js'),
  },
  {
    name: 'embed',
    description: 'Encode images to vectors (Parquet or .npy); resumable, on one machine or several',
    load: () => import('./embed.js'),
  },
  { name: 'index', description: 'Build and change a search index of images', commands: index },
  {
    name: 'search',
    description: 'Find the items of an index that are most similar to an image, an item, or a text',
    load: () => import('./search.js'),
  },
  {
    name: 'serve',
    description: 'Embed, search, recommend, add and remove over HTTP, with an OpenAPI document and metrics',
    load: () => import('./serve.js'),
  },
  { name: 'data', description: 'Inspect data and prepare them for training', commands: data },
  {
    name: 'graph',
    description: 'Build, inspect, audit, compare and calibrate the similarity graph',
    commands: graph,
  },
  {
    name: 'doctor',
    description:
      'Check this machine: LibTorch, device, BLAS, allocator, memory, model hub; and say how to fix what is missing',
    load: () => import('./doctor.js'),
  },
];

/**
 * Adds `entries` to `parent`. The one that `path` names, the words after `xclr`, is declared in full; of the others
 * there are only name and description, which is all that help and suggestions need.
 */
export async function addCommands(
  parent: Command,
  entries: readonly Entry[],
  path: readonly string[],
): Promise<void> {
  for (const entry of entries) {
    const command = parent.command(entry.name).description(entry.description);
    const asked = path[0] === entry.name;
    if ('commands' in entry) await addCommands(command, entry.commands, asked ? path.slice(1) : []);
    else if (asked) (await entry.load()).declare(command);
  }
}
