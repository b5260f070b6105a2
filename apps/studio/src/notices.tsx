// What the chosen runs said: notices, what was chosen for them and why, and the images they skipped.
import type { RunDetail, RunSummary } from '../../../packages/xclr/src/studio/wire.js';
import { useAnswer } from './server.js';
import { SkippedImages } from './skipped-images.js';

export function Notices({ runs }: { readonly runs: readonly RunSummary[] }) {
  if (runs.length === 0) return <p class="quiet">Choose runs in the table to read their notices.</p>;
  return (
    <div class="notices">
      {runs.slice(0, 8).map((run) => (
        <RunNotices key={run.id} run={run} />
      ))}
    </div>
  );
}

function RunNotices({ run }: { readonly run: RunSummary }) {
  const version = `${run.notices} ${run.skipped} ${run.state}`;
  const { answer, problem } = useAnswer<RunDetail>('/api/run', { run: run.id }, version);
  return (
    <section class="card">
      <h3>{run.name}</h3>
      {run.problem !== null && <p class="problem">{run.problem}</p>}
      {problem !== null && <p class="problem">{problem}</p>}
      {run.brokenLines > 0 && (
        <p class="problem">
          {run.brokenLines} lines of metrics.jsonl are no rows of metrics and are left out.
        </p>
      )}
      {answer !== null && (
        <>
          {answer.notices.length === 0 && <p class="quiet">No notices.</p>}
          <ul class="plain-list">
            {answer.notices.map(({ at, message }, i) => (
              <li key={i}>
                <time class="quiet">{at.slice(11, 19)}</time> {message}
              </li>
            ))}
          </ul>
          {answer.chosen.length > 0 && (
            <details>
              <summary>Chosen for this machine and these data ({answer.chosen.length})</summary>
              <ul class="plain-list">
                {answer.chosen.map(({ setting, value, why }) => (
                  <li key={setting}>
                    <code>{setting}</code> {value}: {why}
                  </li>
                ))}
              </ul>
            </details>
          )}
          {answer.skipped.length > 0 && (
            <details open>
              <summary>Skipped images and rows ({run.skipped})</summary>
              <SkippedImages run={run.id} skipped={answer.skipped} />
            </details>
          )}
        </>
      )}
    </section>
  );
}
