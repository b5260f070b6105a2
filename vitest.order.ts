// The order of test files: those that take longest first, so that no long one is left over for the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of twenty seconds and more, longest first, as .cache/vitest.json of a whole `npm test` tells. */
const longest = [
  'studio/page',
  'device/device',
  'e2e/packed',
  'studio/search-routes',
  'models/timm',
  'site/explorable',
  'cli/init',
  'pages/pages',
  'world/world',
  'train/methods',
  'e2e/web',
  'train/additions',
  'pages/payload',
  'e2e/cli',
  'train/memory',
  'e2e/other-machine',
  'train/checkpoint',
  'e2e/readme',
  'data/packed',
  'init/propose',
  'train/measured-step',
  'data/samplers',
];

function place({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return at < 0 ? longest.length : at;
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => place(a) - place(b)); // stable: all others as they were
  }
}
