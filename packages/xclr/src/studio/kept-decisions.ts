// Decisions about the findings of audits, in files of the studio's own: they stay when the browser or the port is another.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../util/files.js';
import { parseObject } from './run-files.js';
import type { AuditDecision } from './wire.js';

export class KeptDecisions {
  readonly #out: string;

  /** @param out the studio's folder */
  constructor(out: string) {
    this.#out = out;
  }

  /** By image id. @param source the audit's id @throws {Error} for a file that is damaged: it is not overwritten */
  of(source: string): Map<string, AuditDecision> {
    let text: string;
    try {
      text = readFileSync(this.#file(source), 'utf8');
    } catch {
      return new Map();
    }
    return new Map(
      Object.entries(parseObject(text)).filter(
        (entry): entry is [string, AuditDecision] => entry[1] === 'out' || entry[1] === 'keep',
      ),
    );
  }

  /** @param changes null takes a decision back */
  change(source: string, changes: Readonly<Record<string, AuditDecision | null>>): void {
    const decisions = this.of(source);
    for (const [id, decision] of Object.entries(changes)) {
      if (decision === null) decisions.delete(id);
      else decisions.set(id, decision);
    }
    mkdirSync(this.#out, { recursive: true });
    writeFileAtomic(this.#file(source), `${JSON.stringify(Object.fromEntries(decisions), null, 1)}\n`);
  }

  #file(source: string): string {
    return join(this.#out, `audit-${source}.json`);
  }
}
