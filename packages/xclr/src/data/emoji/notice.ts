// The credits that go with rendered emoji.

import { emojiStyles } from './packages.js';

const licenseTexts: Readonly<Record<string, string>> = {
  'Apache-2.0': 'https://www.apache.org/licenses/LICENSE-2.0',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  MIT: 'https://opensource.org/license/mit',
};

/** NOTICE.md of a rendering: who drew what, under which license, from which package version, and what was changed. */
export function emojiNotice(
  styles: readonly string[],
  versions: Readonly<Record<string, string>>,
  size: number,
): string {
  const rows = emojiStyles
    .filter(({ style }) => styles.includes(style))
    .map(({ style, title, credit, license, source }) => {
      const version = versions[`@iconify-json/${style}`];
      return `| ${style}/ | [${title}](${source}) | ${credit} | [${license}](${licenseTexts[license]}) | @iconify-json/${style} ${version} |`;
    });
  return `# Where these images come from

The images in this folder are emoji drawings, rendered from the vector files of the npm packages below to
${size} × ${size} pixels. The drawings were not changed otherwise.

| folder | set | by | license | package |
|---|---|---|---|---|
${rows.join('\n')}

Names, keywords, groups and subgroups in manifest.csv are Unicode's (CLDR), from emojibase-data
${versions['emojibase-data']} (MIT, https://github.com/milesj/emojibase).
`;
}
