// What a command's help says besides its options: examples, notes, and topics for what does not fit on one page.
import { type Command, Option } from 'commander';

export interface Example {
  /** The command line, as it would be typed. */
  readonly run: string;
  /** What it does, where the line does not say so itself. */
  readonly does?: string;
}

/** A page of help on part of the options: `xclr train --help graph`. */
export interface Topic {
  readonly name: string;
  /** A line in the list of topics. */
  readonly about: string;
  /** A paragraph above the options of the topic's own page. */
  readonly introduction?: string;
}

export interface Guide {
  readonly examples?: readonly Example[];
  /** Paragraphs; line breaks within them are kept. */
  readonly notes?: readonly string[];
  readonly topics?: readonly Topic[];
  /** Long names of the options on the first page, in their order; other options without a topic come before them. */
  readonly first?: readonly string[];
}

/** Where an option stands on its topic's page. */
export interface TopicPlace {
  readonly heading: string;
  readonly description: string;
  /** Places come in this order. */
  readonly order: number;
}

/** An option that is explained on a page of its own topic. */
export class TopicOption extends Option {
  topic = '';
  /** Where it stands on that page, and what it means there; empty: once, under `helpGroupHeading`. */
  places: readonly TopicPlace[] = [];
}

const guides = new WeakMap<Command, Guide>();

/** Sets what the help of `command` says besides its options. */
export function guide(command: Command, content: Guide): Command {
  guides.set(command, content);
  if ((content.topics ?? []).length > 0)
    command.helpOption('-h, --help [topic]', 'Print this help, or that of a topic');
  return command;
}

export function guideOf(command: Command): Guide {
  return guides.get(command) ?? {};
}

/** The topic that stands for all of them. */
export const allTopics = 'all';
