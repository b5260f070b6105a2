// Plain sentences from the numbers: a lead is claimed only where the intervals support it.
import { list, metricInterval, metricValue } from './format.js';
import type { ReportData } from './report-data.js';
import { type Rival, type Standing, type Verdict, verdicts } from './verdict.js';

const PHRASES: readonly { readonly standings: readonly Standing[]; readonly words: string }[] = [
  { standings: ['better'], words: 'significantly better than' },
  { standings: ['higher'], words: 'higher than' },
  { standings: ['equal'], words: 'equal to' },
  { standings: ['unclear'], words: 'not significantly different from' },
  { standings: ['lower'], words: 'lower than' },
  { standings: ['worse'], words: 'significantly worse than' },
];

const PHRASES_LOWER: Partial<Record<Standing, string>> = { higher: 'better than', lower: 'worse than' };

function named(rival: Rival, verdict: Verdict): string {
  return `${rival.method.title} (${metricValue(verdict.metric, rival.value)})`;
}

/** One metric in one sentence: the focus's value and how it stands against each other method. */
function compareSentence(verdict: Verdict): string {
  const { metric, focus, rivals } = verdict;
  const interval = metricInterval(metric, focus.metrics[metric.key]!);
  const parts = PHRASES.flatMap(({ standings, words }) => {
    const group = rivals.filter((rival) => standings.includes(rival.standing));
    if (group.length === 0) return [];
    const phrase = metric.lowerIsBetter ? (PHRASES_LOWER[standings[0]!] ?? words) : words;
    return [`${phrase} ${list(group.map((rival) => named(rival, verdict)))}`];
  });
  const range = interval === undefined ? '' : ` (interval ${interval})`;
  const untested = rivals.some((rival) => ['higher', 'lower', 'equal'].includes(rival.standing))
    ? ' Where no interval was measured, chance is not ruled out.'
    : '';
  return `${metric.title}: ${focus.title} reaches ${metricValue(metric, verdict.value)}${range}, ${parts.join('; ')}.${untested}`;
}

/** The first sentence on the whole: how often the focus has the best value, and how often beyond chance. */
function overallSentence(focus: string, measures: number, leads: number, clear: number): string {
  if (measures === 1) {
    if (leads === 0) return `${focus} does not have the best value on the one measure.`;
    const not = clear === 1 ? '' : 'not ';
    return `${focus} has the best value on the one measure; its lead over every other method is ${not}larger than the measured uncertainty.`;
  }
  if (leads === 0) return `${focus} has the best value on none of the ${measures} measures.`;
  const which = leads === measures ? `all ${measures} measures` : `${leads} of ${measures} measures`;
  const beyond = clear === leads ? 'on each of these' : `on ${clear === 0 ? 'none' : clear} of these`;
  return `${focus} has the best value on ${which}; ${beyond} its lead over every other method is larger than the measured uncertainty.`;
}

/** Where the focus leads, in a count, and by name where it does not. */
export function leadSentences(measured: readonly Verdict[]): string[] {
  const focus = measured[0]?.focus;
  if (focus === undefined) return [];
  const leads = measured.filter((verdict) => verdict.leads);
  const clear = leads.filter((verdict) => verdict.clear);
  const overall = overallSentence(focus.title, measured.length, leads.length, clear.length);
  const behind = measured.filter((verdict) => !verdict.leads);
  if (behind.length === 0) return [overall];
  const names = behind.map(({ metric, rivals }) => `“${metric.title}” (best: ${rivals[0]!.method.title})`);
  return [overall, `It does not lead on ${list(names)}.`];
}

/** The conclusions of a report: the overall count, then a sentence for each headline metric. */
export function conclude(data: Pick<ReportData, 'methods' | 'metrics' | 'differences' | 'focus'>): string[] {
  const measured = verdicts(data, data.focus ?? 'xclr');
  const headlines = measured.filter((verdict) => verdict.metric.headline);
  const overall = leadSentences(measured).join(' ');
  return [overall, ...headlines.map(compareSentence)].filter((sentence) => sentence !== '');
}
