// Walks the settings' schema: every key with its path, its explanation and what it takes. Flags, --help and the
// "did you mean" of unknown keys all come from here, so the schema is the only place that lists the settings.
import { z } from 'zod';

/** One setting that has a value of its own. */
export interface Leaf {
  readonly path: readonly string[];
  readonly description: string;
  readonly accepts: Accepts;
  /** As it would be typed, or undefined when there is no default. */
  readonly defaultText: string | undefined;
  /** What it means to each kind that has it, where its section comes in several kinds; else empty. */
  readonly variants: readonly Variant[];
}

/** A setting as one kind of a section has it, such as graph.path of graph.kind taxonomy. */
export interface Variant extends Pick<Leaf, 'description' | 'accepts' | 'defaultText'> {
  readonly kind: string;
}

/** The kinds of value a setting takes. */
export interface Accepts {
  readonly number: boolean;
  readonly boolean: boolean;
  readonly text: boolean;
  readonly none: boolean;
  readonly choices: readonly string[];
  /** A list of numbers, typed with commas. */
  readonly list: boolean;
  /** key=value pairs, typed with commas; 'filter' values are words, 'json' values are parsed. */
  readonly pairs: 'filter' | 'json' | false;
}

type Schema = z.core.$ZodType;

/** Unwraps default, prefault, optional and nullable. */
function unwrap(schema: Schema): Schema {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable
  ) {
    return unwrap(schema.def.innerType);
  }
  return schema;
}

/** The keys below an object or a union of objects; each key with the first schema that has it. */
export function childrenOf(schema: Schema): Map<string, Schema[]> {
  const bare = unwrap(schema);
  const children = new Map<string, Schema[]>();
  const objects = bare instanceof z.ZodUnion ? bare.def.options.map(unwrap) : [bare];
  for (const object of objects) {
    if (!(object instanceof z.ZodObject)) return new Map();
    for (const [key, child] of Object.entries<Schema>(object.shape)) {
      children.set(key, [...(children.get(key) ?? []), child]);
    }
  }
  return children;
}

/** A schema, and the kind of the section around it where that comes in several kinds. */
interface Node {
  readonly schema: Schema;
  readonly kind: string | undefined;
}

/** Every setting below `schema`, in the schema's order. */
export function leavesOf(schema: Schema): Leaf[] {
  return leavesBelow([{ schema, kind: undefined }], []);
}

function leavesBelow(nodes: readonly Node[], path: readonly string[]): Leaf[] {
  const children = new Map<string, Node[]>();
  for (const { schema, kind } of nodes.flatMap(kindsOf)) {
    for (const [key, schemas] of childrenOf(schema)) {
      const found = schemas.map((child) => ({ schema: child, kind }));
      children.set(key, [...(children.get(key) ?? []), ...found]);
    }
  }
  return [...children].flatMap(([key, found]) => {
    const deeper = found.filter((node) => childrenOf(node.schema).size > 0);
    return deeper.length > 0 ? leavesBelow(deeper, [...path, key]) : [leaf([...path, key], found)];
  });
}

/** A union of sections as its members, each with the name that its `kind` must have; another schema as it is. */
function kindsOf({ schema, kind }: Node): Node[] {
  const bare = unwrap(schema);
  if (!(bare instanceof z.ZodDiscriminatedUnion)) return [{ schema, kind }];
  return bare.def.options.map((option) => {
    const member = unwrap(option);
    const name = member instanceof z.ZodObject ? member.shape[bare.def.discriminator] : undefined;
    return { schema: member, kind: name === undefined ? kind : acceptsOf(name as Schema).choices[0] };
  });
}

function leaf(path: readonly string[], nodes: readonly Node[]): Leaf {
  const each = nodes.map(({ schema, kind }) => ({
    kind,
    description: describe(schema),
    accepts: acceptsOf(schema),
    defaultText: defaultOf(schema),
  }));
  const described = each.find(({ description }) => description !== undefined)?.description ?? '';
  const variants = each.flatMap((one) =>
    one.kind === undefined ? [] : [{ ...one, kind: one.kind, description: one.description ?? described }],
  );
  const defaultText = each.find((one) => one.defaultText !== undefined)?.defaultText;
  return {
    path,
    description: described,
    accepts: merge(each.map(({ accepts }) => accepts)),
    defaultText,
    variants,
  };
}

/** A description may sit on the outside or on what a default wraps. */
function describe(schema: Schema): string | undefined {
  const own = z.globalRegistry.get(schema)?.description;
  const bare = unwrap(schema);
  return own ?? (bare === schema ? undefined : z.globalRegistry.get(bare)?.description);
}

function defaultOf(schema: Schema): string | undefined {
  if (!(schema instanceof z.ZodDefault)) return undefined;
  const value: unknown = schema.def.defaultValue;
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'object') {
    const pairs = Object.entries(value as Record<string, unknown>).map(
      ([key, one]) => `${key}=${String(one)}`,
    );
    return pairs.length === 0 ? undefined : pairs.join(',');
  }
  return String(value);
}

const nothing: Accepts = {
  number: false,
  boolean: false,
  text: false,
  none: false,
  choices: [],
  list: false,
  pairs: false,
};

function merge(all: readonly Accepts[]): Accepts {
  return {
    number: all.some((one) => one.number),
    boolean: all.some((one) => one.boolean),
    text: all.some((one) => one.text),
    none: all.some((one) => one.none),
    choices: [...new Set(all.flatMap((one) => one.choices))],
    list: all.some((one) => one.list),
    pairs: all.find((one) => one.pairs)?.pairs ?? false,
  };
}

function acceptsOf(schema: Schema): Accepts {
  if (schema instanceof z.ZodNullable) return { ...acceptsOf(schema.def.innerType), none: true };
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return acceptsOf(schema.def.innerType);
  }
  if (schema instanceof z.ZodUnion) return merge(schema.def.options.map(acceptsOf));
  if (schema instanceof z.ZodNumber) return { ...nothing, number: true };
  if (schema instanceof z.ZodBoolean) return { ...nothing, boolean: true };
  if (schema instanceof z.ZodString) return { ...nothing, text: true };
  if (schema instanceof z.ZodEnum) return { ...nothing, choices: schema.options.map(String) };
  if (schema instanceof z.ZodLiteral) return { ...nothing, choices: [...schema.values].map(String) };
  if (schema instanceof z.ZodTuple) return { ...nothing, list: true };
  if (schema instanceof z.ZodArray) {
    return { ...nothing, list: unwrap(schema.def.element) instanceof z.ZodNumber };
  }
  if (schema instanceof z.ZodRecord) {
    return { ...nothing, pairs: schema.def.valueType instanceof z.ZodUnion ? 'filter' : 'json' };
  }
  return nothing;
}

/** False for what only a file can say, such as a list of tasks. */
export function canBeTyped(accepts: Accepts): boolean {
  return (
    accepts.number ||
    accepts.boolean ||
    accepts.text ||
    accepts.list ||
    accepts.pairs !== false ||
    accepts.choices.length > 0
  );
}
