// Reads one operator schema, as PyTorch prints it, into arguments and returns.

/** @typedef {{ name: string, type: string, defaultValue: string | null, keywordOnly: boolean }} Argument */
/** @typedef {{ key: string, name: string, overload: string, text: string, arguments: Argument[], returns: string[], inPlace: boolean }} Schema */

/** Splits at top-level commas: not inside brackets, parentheses or quotes. */
function splitTopLevel(text) {
  const parts = [];
  let depth = 0;
  let quoted = false;
  let part = '';
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && '([{'.includes(character)) depth++;
    if (!quoted && ')]}'.includes(character)) depth--;
    if (character === ',' && depth === 0 && !quoted) {
      parts.push(part.trim());
      part = '';
    } else part += character;
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
}

/** `Tensor(a!)[]` → `Tensor[]`: what may alias what does not concern the types. */
function withoutAlias(type) {
  return type.replace(/\([a-z!|* ->]+\)/g, '');
}

/** @returns {Schema} */
export function parseSchema(key, text) {
  const match = /^aten::([\w]+)(?:\.(\w+))?\((.*)\) -> (.*)$/.exec(text);
  if (match === null) throw new Error(`cannot read the schema of ${key}: ${text}`);
  const [, name, overload = '', argumentText, returnText] = match;
  const args = [];
  let keywordOnly = false;
  for (const part of splitTopLevel(argumentText)) {
    if (part === '*') {
      keywordOnly = true;
      continue;
    }
    const [, type, argumentName, defaultValue] = /^(.+?) (\w+)(?:=(.*))?$/.exec(part);
    args.push({
      name: argumentName,
      type: withoutAlias(type),
      defaultValue: defaultValue ?? null,
      keywordOnly,
    });
  }
  const returns = returnText.startsWith('(') ? splitTopLevel(returnText.slice(1, -1)) : [returnText];
  return {
    key,
    name,
    overload,
    text,
    arguments: args,
    returns: returns.map((type) => withoutAlias(type).replace(/ \w+$/, '')),
    inPlace: returns.length > 0 && returns.every((type) => /\([a-z]!\)/.test(type)),
  };
}
