// Audit: what xclr graph audit would leave out, one image after the other, kept or left out by a key; the list and its command.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AuditAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { ChooseSource, useSource } from './choose-source.js';
import type { Live } from './live.js';
import { SaveList } from './save-list.js';
import { urlOf, useAnswer } from './server.js';

type Decision = 'out' | 'keep';

const key = (source: string) => `xclr-studio-audit-${source}`;

function remembered(source: string): ReadonlyMap<string, Decision> {
  try {
    return new Map(JSON.parse(window.localStorage.getItem(key(source)) ?? '[]') as [string, Decision][]);
  } catch {
    return new Map();
  }
}

export function AuditView({ live }: { readonly live: Live }) {
  const { source, sources, choose } = useSource(live, 'audit');
  if (source === undefined) {
    return (
      <div class="card">
        <p>
          No audit was found. <code>xclr graph audit DATA --out reports/audit.html</code> writes one; then
          start the studio with its folder: <code>xclr studio runs reports</code>.
        </p>
      </div>
    );
  }
  return (
    <Audit
      key={source.id}
      live={live}
      source={source.id}
      chooser={<ChooseSource label="Audit" source={source} sources={sources} choose={choose} />}
    />
  );
}

interface AuditProps {
  readonly live: Live;
  readonly source: string;
  readonly chooser: preact.ComponentChildren;
}

/** Findings drawn at a time, around the present one. */
const drawn = 60;

function Audit({ live, source, chooser }: AuditProps) {
  const { answer, problem } = useAnswer<AuditAnswer>('/api/audit', { source });
  const [atText, setAt] = useParam('at', '0');
  const [reason, setReason] = useParam('reason');
  const [runText, setRun] = useParam('run');
  const [decisions, setDecisions] = useState(() => remembered(source));
  useEffect(() => {
    window.localStorage.setItem(key(source), JSON.stringify([...decisions]));
  }, [decisions]);
  const all = answer?.findings ?? [];
  const reasons = [...new Set(all.flatMap((one) => one.reason.split(', ')))].sort();
  const findings = all.filter((one) => reason === '' || one.reason.split(', ').includes(reason));
  const at = Math.min(Math.max(0, Number(atText) || 0), Math.max(0, findings.length - 1));
  const run =
    live.runs.find(({ id }) => id === runText) ?? live.runs.find(({ state }) => state !== 'unreadable');
  const latest = useRef({ decisions, at });
  latest.current = { decisions, at };
  const decide = (decision: Decision) => {
    // Keys may come faster than the page is drawn: what they change is read from here.
    const now = latest.current;
    const finding = findings[now.at];
    if (finding === undefined) return;
    now.decisions = new Map(now.decisions).set(finding.id, decision);
    now.at = Math.min(now.at + 1, findings.length - 1);
    setDecisions(now.decisions);
    setAt(String(now.at));
  };
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea') !== null) return;
      if (event.key === 'x') decide('out');
      else if (event.key === 'k') decide('keep');
      else if (event.key === 'ArrowDown') setAt(String(Math.min(at + 1, findings.length - 1)));
      else if (event.key === 'ArrowUp') setAt(String(Math.max(0, at - 1)));
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  });
  useEffect(
    () => document.querySelector('.finding[aria-current]')?.scrollIntoView({ block: 'nearest' }),
    [at],
  );
  const out = all.filter(({ id }) => decisions.get(id) === 'out');
  const kept = all.filter(({ id }) => decisions.get(id) === 'keep');
  const from = Math.max(0, at - drawn / 2);
  return (
    <>
      <div class="tools">
        {chooser}
        <label>
          Reason
          <select
            value={reason}
            onChange={(event) => {
              setReason(event.currentTarget.value);
            }}
          >
            <option value="">all ({all.length})</option>
            {reasons.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label>
          Images from the data of
          <select value={run?.id ?? ''} onChange={(event) => setRun(event.currentTarget.value)}>
            {live.runs.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => decide('out')}>
          Leave out (x)
        </button>
        <button type="button" onClick={() => decide('keep')}>
          Keep (k)
        </button>
        <span role="status" class="quiet">
          {out.length} to leave out, {kept.length} kept, {all.length - out.length - kept.length} undecided
        </span>
      </div>
      {problem !== null && <p class="problem">{problem}</p>}
      {answer !== null && all.length === 0 && <p class="quiet">This audit found nothing to leave out.</p>}
      <SaveList images={out.map(({ id, reason: why }) => ({ id, reason: why }))} name="exclude" />
      <ol class="findings-list" start={from + 1}>
        {findings.slice(from, from + drawn).map(({ id, reason: why, caption, label }, i) => {
          const decision = decisions.get(id);
          return (
            <li key={id} class="finding" aria-current={from + i === at ? 'true' : undefined}>
              {run !== undefined && (
                <img
                  src={urlOf('/api/dataset/thumbnail', { run: run.id, image: id })}
                  alt=""
                  loading="lazy"
                  width="72"
                  height="72"
                />
              )}
              <button type="button" class="plain finding-text" onClick={() => setAt(String(from + i))}>
                <span>
                  <b>{caption}</b>
                  <br />
                  {why}
                  <br />
                  <span class="quiet">
                    {id}
                    {label !== null && ` · ${label}`}
                  </span>
                </span>
              </button>
              <span class={`decision ${decision ?? ''}`}>
                {decision === 'out' ? '✗ leave out' : decision === 'keep' ? '✓ keep' : ''}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
