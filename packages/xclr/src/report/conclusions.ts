// Plain sentences from the numbers: a lead is claimed only where the intervals support it.
import { capitalized, list, metricInterval, metricValue } from './format.js';
import type { Method, ReportData } from './report-data.js';
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

/** With one training run each, sentences speak of the encoders that were trained, not of the methods. */
function called({ title, control }: Method, oneSeed: boolean): string {
  return oneSeed && !control ? `the ${title} encoder` : title;
}

function named(rival: Rival, verdict: Verdict, oneSeed: boolean): string {
  return `${called(rival.method, oneSeed)} (${metricValue(verdict.metric, rival.value)})`;
}

/** One metric in one sentence: the focus's value and how it stands against each other method. */
function compareSentence(verdict: Verdict, oneSeed: boolean): string {
  const { metric, focus, rivals } = verdict;
  const interval = metricInterval(metric, focus.metrics[metric.key]!);
  const parts = PHRASES.flatMap(({ standings, words }) => {
    const group = rivals.filter((rival) => standings.includes(rival.standing));
    if (group.length === 0) return [];
    const phrase = metric.lowerIsBetter ? (PHRASES_LOWER[standings[0]!] ?? words) : words;
    return [`${phrase} ${list(group.map((rival) => named(rival, verdict, oneSeed)))}`];
  });
  const range = interval === undefined ? '' : ` (interval ${interval})`;
  const untested = rivals.some((rival) => ['higher', 'lower', 'equal'].includes(rival.standing))
    ? ' Where no interval was measured, chance is not ruled out.'
    : '';
  return `${metric.title}: ${called(focus, oneSeed)} reaches ${metricValue(metric, verdict.value)}${range}, ${parts.join('; ')}.${untested}`;
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
export function leadSentences(measured: readonly Verdict[], oneSeed = false): string[] {
  const focus = measured[0]?.focus;
  if (focus === undefined) return [];
  const leads = measured.filter((verdict) => verdict.leads);
  const clear = leads.filter((verdict) => verdict.clear);
  const overall = overallSentence(
    capitalized(called(focus, oneSeed)),
    measured.length,
    leads.length,
    clear.length,
  );
  const behind = measured.filter((verdict) => !verdict.leads);
  const caution = oneSeed
    ? [
        'Each method was trained once: these sentences are about the encoders that came out, not about the methods, as another seed gives other encoders.',
      ]
    : [];
  if (behind.length === 0) return [overall, ...caution];
  const names = behind.map(
    ({ metric, rivals }) => `“${metric.title}” (best: ${called(rivals[0]!.method, oneSeed)})`,
  );
  return [overall, `It does not lead on ${list(names)}.`, ...caution];
}

/** The conclusions of a report: the overall count, then a sentence for each headline metric. */
export function conclude(
  data: Pick<ReportData, 'methods' | 'metrics' | 'differences' | 'focus' | 'oneSeed'>,
): string[] {
  const { oneSeed = false } = data;
  const measured = verdicts(data, data.focus ?? 'xclr');
  const headlines = measured.filter((verdict) => verdict.metric.headline);
  const overall = leadSentences(measured, oneSeed).join(' ');
  return [overall, ...headlines.map((verdict) => compareSentence(verdict, oneSeed))].filter(
    (sentence) => sentence !== '',
  );
}
