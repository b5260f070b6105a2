// Pages made from the sources: every setting with its flag, key and default, and the help of every command. Needs dist/.
const library = new URL('../../packages/xclr/dist/', import.meta.url);
const load = (path) => import(new URL(path, library).href);

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
const code = (text) => `<code v-pre>${cell(String(text))}</code>`;

/** docs/reference/settings: the training settings by topic. */
export async function settingsPage() {
  const { trainFlags } = await load('train/config.js');
  const { placeOf, topicsOf } = await load('cli/setting-topics.js');
  const sections = topicsOf(trainFlags).map(({ name, about }) => {
    const flags = trainFlags.filter((flag) => placeOf(flag).topic === name);
    const rows = flags.map(({ name: long, alias, path, description, defaultText, accepts, variants }) => {
      const names = alias === undefined ? [long] : [alias, long];
      const kinds = variants?.length > 0 ? `Kinds: ${variants.map(({ kind }) => kind).join(', ')}. ` : '';
      const choices =
        accepts.choices.length > 1 ? ` One of ${accepts.choices.map((one) => code(one)).join(', ')}.` : '';
      return `| ${names.map((one) => code(`--${one}`)).join('<br>')} | ${code(path.join('.'))} | ${kinds}${cell(description)}${choices} | ${defaultText === undefined ? '' : cell(defaultText)} |`;
    });
    const title = about[0].toUpperCase() + about.slice(1);
    return `## ${name[0].toUpperCase()}${name.slice(1)}\n\n${title}.\n\n| flag | key | meaning | default |\n|---|---|---|---|\n${rows.join('\n')}`;
  });
  return `# Settings\n\nEvery setting of \`xclr train\`, as a flag and as a key of a YAML file: \`--graph-temperature 0.1\` is \`graph: { temperature: 0.1 }\`. Made from the descriptions in the code, which are those of \`xclr train --help all\`. A setting of the graph that several kinds have may have another default for each.\n\n${sections.join('\n\n')}\n`;
}

/** docs/reference/commands: the help of every command, as it is printed. */
export async function commandsPage() {
  process.env.COLUMNS = '100';
  process.env.NO_COLOR = '1';
  const { commands } = await load('cli/commands/index.js');
  const { programFor } = await load('cli/program.js');
  const leaves = (entries, path) =>
    entries.flatMap((entry) => {
      const own = [...path, entry.name];
      return 'commands' in entry ? leaves(entry.commands, own) : [own];
    });
  const sections = [];
  for (const path of leaves(commands, [])) {
    let { program: command } = await programFor([...path, '--help']);
    for (const name of path) command = command.commands.find((one) => one.name() === name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of colors
    const help = command.helpInformation().replace(/\u001b\[[0-9;]*m/g, '');
    sections.push(`## xclr ${path.join(' ')}\n\n\`\`\`\`text\n${help.trimEnd()}\n\`\`\`\``);
  }
  return `# Commands\n\nWhat \`--help\` prints. Options by topic are on the page of the [settings](settings.md).\n\n${sections.join('\n\n')}\n`;
}
