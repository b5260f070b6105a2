// Chooses one of the files of a kind that were found.
import type { SourceSummary } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { Choose } from './choose.js';
import type { Live } from './live.js';

export interface ChosenSource {
  readonly source: SourceSummary | undefined;
  readonly sources: readonly SourceSummary[];
  readonly choose: (id: string) => void;
}

/** The source of this kind that the address names, or the first. */
export function useSource(live: Live, kind: SourceSummary['kind']): ChosenSource {
  const [asked, choose] = useParam(kind);
  const sources = live.sources.filter((one) => one.kind === kind);
  return { source: sources.find(({ id }) => id === asked) ?? sources[0], sources, choose };
}

export interface ChooseSourceProps {
  readonly label: string;
  readonly source: SourceSummary;
  readonly sources: readonly SourceSummary[];
  readonly choose: (id: string) => void;
}

export function ChooseSource({ label, source, sources, choose }: ChooseSourceProps) {
  return <Choose label={label} value={source.id} options={sources} onChoose={choose} />;
}
