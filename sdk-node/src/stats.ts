// Counters of a client; core/include/clogs/stats.h says what each means.

import type { NativeStats } from './native';

const COUNTERS = [
  'submitted', 'accepted', 'adopted', 'sent', 'rejected', 'retried', 'renamedFields',
  'duplicateFields', 'repairedText', 'shortened', 'redacted', 'queueRecords', 'queueBytes',
  'spoolRecords', 'spoolBytes', 'inFlightRecords',
] as const;
const REASONS = [
  'queueFull', 'tooLarge', 'expired', 'spoolFull', 'damaged', 'closed', 'shutdown', 'beforeSend',
  'malformed',
] as const;

export type Stats = Record<(typeof COUNTERS)[number], number> & {
  /** Records lost, by reason. */
  dropped: Record<(typeof REASONS)[number], number>;
  lastError: string | null;
  lastSuccessAt: Date | null;
};

export function statsOf(raw: NativeStats, filtered: number): Stats {
  const number = (name: string): number => Number(raw[name] ?? 0);
  const counters = Object.fromEntries(COUNTERS.map((name) => [name, number(name)]));
  const dropped = Object.fromEntries(
    REASONS.map((name) => [name, number(`dropped${name[0]?.toUpperCase()}${name.slice(1)}`)]),
  ) as Stats['dropped'];
  dropped.beforeSend += filtered;
  return {
    ...(counters as Record<(typeof COUNTERS)[number], number>),
    dropped,
    lastError: raw.lastError === '' ? null : raw.lastError,
    lastSuccessAt: number('lastSuccessMs') === 0 ? null : new Date(number('lastSuccessMs')),
  };
}
