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
    description: 'Print what a source of images holds and what is wrong with it',
    load: () => import('./data-inspect.js'),
  },
  {
    name: 'verify',
    description: 'Decode every image and write the list of the broken ones',
    load: () => import('./data-verify.js'),
  },
  {
    name: 'views',
    description: 'Write a page that shows images beside the views that training makes of them',
    load: () => import('./data-views.js'),
  },
  {
    name: 'pack',
    description: 'Pack images, captions and labels into a store that training reads fast',
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
    description: 'Encode the captions into the store that training reads',
    load: () => import('./graph-build.js'),
  },
  {
    name: 'inspect',
    description: 'Write a page of the similarities in the graph: distribution, map, examples, neighbors',
    load: () => import('./graph-inspect.js'),
  },
  {
    name: 'calibrate',
    description: 'Propose the temperature τ_s of the graph, for batches of several sizes',
    load: () => import('./graph-calibrate.js'),
  },
  {
    name: 'audit',
    description:
      'Find shared, swapped and empty captions, boilerplate, label errors and leakage between splits',
    load: () => import('./graph-audit.js'),
  },
  {
    name: 'compare',
    description: 'Compare two graphs over the same data: rank correlation and largest disagreements',
    load: () => import('./graph-compare.js'),
  },
];

const index: readonly Entry[] = [
  {
    name: 'build',
    description: 'Build an index from embeddings; one that is there is replaced',
    load: () => import('./index-build.js'),
  },
  {
    name: 'add',
    description: 'Add items to an index; those with the same ids are replaced',
    load: () => import('./index-add.js'),
  },
  {
    name: 'remove',
    description: 'Remove items from an index',
    load: () => import('./index-remove.js'),
  },
  {
    name: 'info',
    description: 'Print what an index holds, and verify its checksums',
    load: () => import('./index-info.js'),
  },
];

export const commands: readonly Entry[] = [
  {
    name: 'quickstart',
    description: 'Train X-CLR and SimCLR on emoji drawings, offline, compare them and write a report',
    load: () => import('./quickstart.js'),
  },
  {
    name: 'init',
    description: 'Write a commented settings file that fits the data and this machine',
    load: () => import('./init.js'),
  },
  {
    name: 'train',
    description: 'Train an encoder on images with captions or labels',
    load: () => import('./train.js'),
  },
  {
    name: 'launch',
    description: 'Train in several processes of this machine together',
    load: () => import('./launch.js'),
  },
  {
    name: 'plan-scale',
    description: 'Estimate hours, memory and messages of a training on many GPUs',
    load: () => import('./plan-scale.js'),
  },
  {
    name: 'eval',
    description: 'Evaluate a run on held-out images: kNN, retrieval, alignment with the captions',
    load: () => import('./eval.js'),
  },
  {
    name: 'compare',
    description: 'Train and evaluate several methods on the same data, and write a page that compares them',
    load: () => import('./compare.js'),
  },
  {
    name: 'export',
    description: 'Write the encoder of a run as ONNX and safetensors, in the layout of Hugging Face',
    load: () => import('./export.js'),
  },
  {
    name: 'distill',
    description: 'Train a small encoder on the similarities of a trained one',
    load: () => import('./distill.js'),
  },
  {
    name: 'embed',
    description: 'Encode images to vectors, in a Parquet or .npy file',
    load: () => import('./embed.js'),
  },
  {
    name: 'index',
    description: 'Build and change an index of images that xclr search looks through',
    commands: index,
  },
  {
    name: 'search',
    description: 'Find the items of an index that are most similar to an image, an item or a text',
    load: () => import('./search.js'),
  },
  {
    name: 'serve',
    description: 'Serve an encoder and an index over HTTP',
    load: () => import('./serve.js'),
  },
  {
    name: 'catalog',
    description: 'Write a catalog page that searches an index in the browser, as static files',
    load: () => import('./catalog.js'),
  },
  {
    name: 'snapshot',
    description: 'Write the vectors of a sample by a trained run, for the studio',
    load: () => import('./snapshot.js'),
  },
  {
    name: 'studio',
    description: 'Open a local page that follows runs, and shows graphs and encoders side by side',
    load: () => import('./studio.js'),
  },
  { name: 'data', description: 'Inspect, verify, pack and download data', commands: data },
  {
    name: 'graph',
    description: 'Build, inspect, calibrate and audit the similarity graph',
    commands: graph,
  },
  {
    name: 'setup',
    description: 'Find or install LibTorch, and build the native addon where no prebuilt one fits',
    load: () => import('./setup.js'),
  },
  {
    name: 'doctor',
    description: 'Check this machine and print what to do: LibTorch, device, BLAS, allocator, memory, hub',
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
