// Writes the TypeScript of the generated operators: a function each, and the class `Tensor`, with a
// method for each operator whose first argument is `self`.

const reserved = new Set(['var', 'with', 'default', 'new', 'delete', 'in']);
/** Arguments that a user of this package has no use for: the schema's default is taken. */
const hidden = (argument) =>
  /^(Generator|Layout)\??$/.test(argument.type) ||
  argument.name === 'pin_memory' ||
  argument.name === 'non_blocking';

/** Operators whose method `TensorBase` writes by hand. */
const noMethod = new Set(['to', 'setData']);
/** Where schemas give the default of an enumeration as its number. */
const enumDefaults = { ScalarType: { 4: "'int64'" }, MemoryFormat: { 0: "'contiguous'" } };

const scalarTypes = {
  Tensor: 'Tensor',
  Scalar: 'number | boolean',
  int: 'number',
  SymInt: 'number',
  float: 'number',
  bool: 'boolean',
  str: 'string',
  ScalarType: 'Dtype',
  MemoryFormat: 'MemoryFormat',
  Device: 'Device',
};

/** One rule: snake_case → camelCase, leading and trailing underscores kept. */
export function camelCase(name) {
  return name.replace(/(?<=[^_])_+(?=[^_])([a-zA-Z0-9])/g, (_, letter) => letter.toUpperCase());
}

function typeOf(type) {
  if (type.endsWith('?')) return `${typeOf(type.slice(0, -1))} | null`;
  const fixed = /^(\w+)\[(\d+)\]$/.exec(type);
  if (fixed) return `${scalarTypes[fixed[1]]} | readonly ${scalarTypes[fixed[1]]}[]`;
  const list = /^(\w+)(\??)\[\]$/.exec(type);
  if (list) {
    const element = scalarTypes[list[1]];
    return list[2] || element.includes('|')
      ? `readonly (${element}${list[2] ? ' | null' : ''})[]`
      : `readonly ${element}[]`;
  }
  if (!(type in scalarTypes)) throw new Error(`no TypeScript type for ${type}`);
  return scalarTypes[type];
}

function defaultOf({ type, defaultValue }) {
  if (defaultValue === null || defaultValue === 'None') return 'null';
  if (defaultValue === 'True' || defaultValue === 'False') return defaultValue.toLowerCase();
  const enumeration = enumDefaults[type.replace('?', '')];
  if (enumeration !== undefined) return enumeration[defaultValue];
  if (/^".*"$/.test(defaultValue)) return `'${defaultValue.slice(1, -1)}'`;
  if (/^\[.*\]$/.test(defaultValue) || /^-?[\d.]+(e-?\d+)?$/.test(defaultValue))
    return defaultValue.replace(/\.$/, '');
  throw new Error(`no JavaScript default for ${type} = ${defaultValue}`);
}

/** What goes over the border for an argument: tensors by handle. */
function passed({ type }, expression) {
  if (type === 'Tensor') return `${expression}.handle`;
  if (type === 'Tensor?') return `${expression}?.handle`;
  if (type === 'Tensor[]' || type === 'Tensor?[]') return `handles(${expression})`;
  return expression;
}

function returnType(schema) {
  if (schema.inPlace) return schema.returns[0] === 'Tensor' ? 'Tensor' : 'void';
  if (schema.returns.length === 0) return 'void';
  const types = schema.returns.map((type) => (type === 'Tensor[]' ? 'Tensor[]' : typeOf(type)));
  return types.length === 1 ? types[0] : `[${types.join(', ')}]`;
}

function wrapped(schema, call) {
  const first = schema.arguments[0];
  if (schema.inPlace)
    return schema.returns[0] === 'Tensor' ? `${call};\n  return ${camelCase(first.name)};` : `${call};`;
  if (schema.returns.length === 0) return `${call};`;
  if (schema.returns.length > 1)
    return `return wrapAll(${call}) as [${schema.returns.map(() => 'Tensor').join(', ')}];`;
  if (schema.returns[0] === 'Tensor') return `return wrap(${call});`;
  if (schema.returns[0] === 'Tensor[]') return `return wrapAll(${call});`;
  return `return ${call} as ${typeOf(schema.returns[0])};`;
}

/** Required arguments are positional; a trailing `int[1]? dim` may be left out; what has a default is an option. */
function signature(group) {
  const [schema] = group;
  const visible = schema.arguments.filter((argument) => !hidden(argument));
  const positional = visible.filter(
    (argument) => argument.defaultValue === null && !(argument.keywordOnly && argument.type.endsWith('?')),
  );
  const options = visible.filter((argument) => !positional.includes(argument));
  const alternativesOf = (argument) => {
    const types = group.map((other) => other.arguments[schema.arguments.indexOf(argument)].type);
    return [...new Set(types.map(typeOf))].join(' | ');
  };
  const lastRequired = positional.findLastIndex((argument) => !argument.type.endsWith('?'));
  return {
    positional: positional.map((argument, i) => ({
      name: camelCase(argument.name),
      declaration: `${camelCase(argument.name)}: ${alternativesOf(argument)}${i > lastRequired ? ' = null' : ''}`,
      optional: i > lastRequired,
      type: alternativesOf(argument),
    })),
    options: options.map((argument) => ({
      name: camelCase(argument.name),
      type: alternativesOf(argument),
      defaultValue: defaultOf(argument),
    })),
  };
}

function functionText(group, name, symbols) {
  const { positional, options } = signature(group);
  const optionsText =
    options.length === 0
      ? []
      : [
          `{ ${options.map((o) => `${o.name} = ${o.defaultValue}`).join(', ')} }: { ${options.map((o) => `${o.name}?: ${o.type}`).join('; ')} } = {}`,
        ];
  const parameters = [...positional.map((p) => p.declaration), ...optionsText].join(', ');
  const calls = group.map((schema, i) => {
    const args = schema.arguments.map((argument) =>
      hidden(argument) ? 'undefined' : passed(argument, camelCase(argument.name)),
    );
    while (args.at(-1) === 'undefined') args.pop();
    return wrapped(schema, `native.call(${symbols[i]}.id ?? resolve(${symbols[i]}), ${args.join(', ')})`);
  });
  const doc = group.map((schema) => schema.text).join('\n * ');
  let body = `  ${calls[0]}`;
  if (group.length === 2) {
    const at = group[0].arguments.findIndex((argument, i) => argument.type !== group[1].arguments[i].type);
    const argument = camelCase(group[0].arguments[at].name);
    const tensorFirst = group[0].arguments[at].type === 'Tensor';
    const [whenTensor, whenScalar] = tensorFirst ? calls : [calls[1], calls[0]];
    body = `  if (typeof ${argument} === 'object') {\n    ${whenTensor.replaceAll('\n', '\n  ')}\n  }\n  ${whenScalar}`;
  }
  return `/** ${group.length > 1 ? `\n * ${doc}\n ` : `${doc} `}*/\nexport function ${name}(${parameters}): ${returnType(group[0])} {\n${body}\n}\n`;
}

function methodText(group, name, functionName) {
  const { positional, options } = signature(group);
  // A parameter must not hide the function that the method calls.
  const rest = positional
    .slice(1)
    .map((p) => (p.name === functionName ? { ...p, name: `${p.name}Value` } : p));
  const parameters = rest.map((p) => `${p.name}${p.optional ? '?' : ''}: ${p.type}`);
  const forwarded = rest.map((p) => p.name);
  if (options.length > 0) {
    parameters.push(`options?: { ${options.map((o) => `${o.name}?: ${o.type}`).join('; ')} }`);
    forwarded.push('options');
  }
  return `  /** ${group.map((schema) => schema.text).join(' | ')} */\n  ${name}(${parameters.join(', ')}): ${returnType(group[0])} {\n    return ${functionName}(${['this', ...forwarded].join(', ')});\n  }\n`;
}

export function emit(groups, torchVersion) {
  const taken = new Set();
  const constants = [];
  const functions = [];
  const methods = [];
  for (const group of groups) {
    const [schema] = group;
    // A second listed overload of one operator carries its overload's name.
    let name = camelCase(schema.name);
    if (taken.has(name)) {
      const suffix = camelCase(schema.overload.replace(/^([a-z])/, (letter) => letter.toUpperCase()));
      name = name.endsWith('_') ? `${name.slice(0, -1)}${suffix}_` : `${name}${suffix}`;
    }
    if (taken.has(name)) throw new Error(`${schema.key}: the name ${name} is taken`);
    taken.add(name);
    const symbols = group.map((alternative) => `OP_${alternative.key.replace('.', '__')}`);
    group.forEach((alternative, i) => {
      constants.push(
        `const ${symbols[i]} = operator('aten::${alternative.name}', '${alternative.overload}');`,
      );
    });
    const functionName = reserved.has(name) ? `${name}Of` : name;
    functions.push(functionText(group, functionName, symbols));
    if (schema.arguments[0]?.name === 'self' && !noMethod.has(name) && schema.arguments[0].type === 'Tensor')
      methods.push(methodText(group, name, functionName));
  }
  return `// Made by codegen/generate.mjs from the schemas of LibTorch ${torchVersion}. Do not edit: change codegen/ and run \`npm run codegen\`.
import type { Device, Dtype, MemoryFormat } from './dtype.js';
import { native } from './native.js';
import { handles, operator, resolve } from './operators.js';
import { TensorBase } from './tensor-base.js';

${constants.join('\n')}

${functions.join('\n')}
/** A tensor: handle, shape, dtype, device and life time (TensorBase), and every operator as a method. */
export class Tensor extends TensorBase {
${methods.join('\n')}}

/** A tensor of a handle that an operator gave. */
function wrap(result: unknown): Tensor {
  return new Tensor(result as number);
}

/** Tensors of handles that an operator gave. */
function wrapAll(result: unknown): Tensor[] {
  return (result as number[]).map((handle) => new Tensor(handle));
}
`;
}
