// Audit: what xclr graph audit would leave out, one image after the other, kept or left out by a key; the list and its command.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AuditAnswer, AuditChange, AuditDecision } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { Choose } from './choose.js';
import { ChooseSource, useSource } from './choose-source.js';
import type { Live } from './live.js';
import { SaveList } from './save-list.js';
import { send, urlOf, useAnswer } from './server.js';
import { useLarge } from './use-large.js';
import { useWindow } from './use-window.js';

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

function Audit({ live, source, chooser }: AuditProps) {
  const { answer, problem } = useAnswer<AuditAnswer>('/api/audit', { source });
  const [atText, setAt] = useParam('at', '0');
  const [reason, setReason] = useParam('reason');
  const [runText, setRun] = useParam('run');
  const [decisions, setDecisions] = useState<ReadonlyMap<string, AuditDecision>>(new Map());
  const [unsaved, setUnsaved] = useState('');
  // Before the list is painted, as with the listener below: a key may follow at once, and must neither be missed nor undone.
  useLayoutEffect(() => {
    const known = answer?.findings ?? [];
    setDecisions(
      new Map(known.flatMap(({ id, decision }) => (decision === null ? [] : [[id, decision] as const]))),
    );
  }, [answer]);
  const all = answer?.findings ?? [];
  const reasons = [...new Set(all.flatMap((one) => one.reason.split(', ')))].sort();
  const findings = all.filter((one) => reason === '' || one.reason.split(', ').includes(reason));
  const at = Math.min(Math.max(0, Number(atText) || 0), Math.max(0, findings.length - 1));
  const run =
    live.runs.find(({ id }) => id === runText) ?? live.runs.find(({ state }) => state !== 'unreadable');
  const latest = useRef({ decisions, at });
  latest.current = { decisions, at };
  const decide = (decision: AuditDecision) => {
    // Keys may come faster than the page is drawn: what they change is read from here.
    const now = latest.current;
    const finding = findings[now.at];
    if (finding === undefined) return;
    now.decisions = new Map(now.decisions).set(finding.id, decision);
    now.at = Math.min(now.at + 1, findings.length - 1);
    setDecisions(now.decisions);
    setAt(String(now.at));
    const change: AuditChange = { source, decisions: { [finding.id]: decision } };
    send('PUT', '/api/audit', change).then(
      () => setUnsaved(''),
      (error: Error) => setUnsaved(`The last decision was not kept: ${error.message}`),
    );
  };
  useLayoutEffect(() => {
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
  const drawn = useWindow(findings.length, at, reason);
  const { from } = drawn;
  const large = useLarge(
    (place) => {
      const { id, caption, reason: why } = findings[place]!;
      const src = urlOf('/api/dataset/thumbnail', { run: run?.id, image: id, size: 768 });
      return { src, title: id, text: `${caption} (${why})` };
    },
    { onClosed: (place) => setAt(String(place)) },
  );
  return (
    <>
      <div class="tools stays">
        {chooser}
        <label>
          Reason
          <select
            value={reason}
            onChange={(event) => {
              setReason(event.currentTarget.value);
              setAt('0');
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
        <Choose label="Images from the data of" value={run?.id ?? ''} options={live.runs} onChoose={setRun} />
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
      {(problem ?? unsaved) !== '' && <p class="problem">{problem ?? unsaved}</p>}
      {answer !== null && all.length === 0 && <p class="quiet">This audit found nothing to leave out.</p>}
      <SaveList
        images={out.map(({ id, reason: why }) => ({ id, reason: why }))}
        name="exclude"
        run={run?.id}
      />
      {from > 0 && (
        <button type="button" class="plain" onClick={drawn.earlier}>
          Show earlier findings ({from} more)
        </button>
      )}
      <ol class="findings-list" start={from + 1}>
        {findings.slice(from, drawn.to).map(({ id, reason: why, caption, label }, i) => {
          const decision = decisions.get(id);
          return (
            <li key={id} class="finding" aria-current={from + i === at ? 'true' : undefined}>
              {run !== undefined && (
                <button
                  type="button"
                  class="plain finding-image"
                  aria-label={`Enlarge ${id}`}
                  onClick={() =>
                    large.open(
                      findings.map((_, place) => place),
                      from + i,
                    )
                  }
                >
                  <img
                    src={urlOf('/api/dataset/thumbnail', { run: run.id, image: id })}
                    alt=""
                    loading="lazy"
                    width="72"
                    height="72"
                  />
                </button>
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
      {drawn.to < findings.length && (
        <button type="button" class="plain" onClick={drawn.later}>
          Show later findings ({findings.length - drawn.to} more)
        </button>
      )}
      {large.lightbox}
    </>
  );
}
