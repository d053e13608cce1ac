import type { Progress } from '../log.ts'
import type { AlarmState, Declared } from './alarm.ts'

/** A metric as Prometheus and OpenTelemetry know it, as plain data. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly values: readonly MetricValue[]
}

export interface MetricValue {
  readonly labels: { readonly [label: string]: string }
  readonly value: number
}

/** What metrics are made of. */
export interface Measured extends Progress {
  readonly failed: readonly unknown[]
  readonly workers: number
  readonly alarms: AlarmState
}

/** How a job is, as metrics: names and units after the conventions of Prometheus. */
export function metricsOf(
  job: string,
  declared: readonly Declared[],
  { streams, stores, sinks, outputs, deadLetters, failed, workers, alarms }: Measured,
): readonly Metric[] {
  const logs = new Map([...streams, ...sinks])
  const each = <A>(of: ReadonlyMap<string, A>, label: string, value: (each: A) => number | undefined): readonly MetricValue[] =>
    [...of].flatMap(([name, one]) => {
      const found = value(one)
      return found === undefined ? [] : [{ labels: { job, [label]: name }, value: found }]
    })
  const whole = (value: number): readonly MetricValue[] => [{ labels: { job }, value }]
  const stands = ({ slot, kind }: Pick<Declared, 'slot' | 'kind'>) =>
    alarms.standing.some((alarm) => alarm.slot === slot && alarm.kind === kind)
  const metrics: readonly Metric[] = [
    counter('tanager_output_rows_total', 'Keys put or removed in a store, or records given to a sink.', each(outputs, 'slot', rowsOf)),
    counter('tanager_output_bytes_total', 'Bytes put into a store, or given to a sink.', each(outputs, 'slot', bytesOf)),
    gauge(
      'tanager_output_last_write_timestamp_seconds',
      'When it was last written to.',
      each(outputs, 'slot', (each) => seconds(each.lastWrite)),
    ),
    gauge(
      'tanager_output_last_delivery_timestamp_seconds',
      'When a batch of the sink was last delivered.',
      each(outputs, 'slot', (each) => seconds(each.lastDelivery)),
    ),
    counter(
      'tanager_stream_records_total',
      'Records committed, or of a sink delivered.',
      each(logs, 'stream', ({ records }) => records),
    ),
    gauge(
      'tanager_stream_head',
      'The number of the last batch.',
      each(logs, 'stream', ({ head }) => head),
    ),
    gauge(
      'tanager_stream_watermark',
      'The number up to which every batch is done.',
      each(logs, 'stream', ({ watermark }) => watermark),
    ),
    gauge(
      'tanager_stream_backlog',
      'Batches that are not done.',
      each(logs, 'stream', ({ backlog }) => backlog),
    ),
    gauge(
      'tanager_store_pending',
      'Entries that are not merged.',
      each(stores, 'slot', (parts) => parts.reduce((sum, { pending }) => sum + pending, 0)),
    ),
    gauge('tanager_dead_letters', 'Records that were refused and are kept.', whole(deadLetters)),
    gauge('tanager_failed_batches', 'Batches that are out of attempts.', whole(failed.length)),
    gauge('tanager_workers', 'Workers at work.', whole(workers)),
    gauge(
      'tanager_alarm',
      '1 while the alarm stands, else 0.',
      declared.map(({ slot, kind }) => ({ labels: { job, slot, kind }, value: stands({ slot, kind }) ? 1 : 0 })),
    ),
    gauge(
      'tanager_alarms_looked_timestamp_seconds',
      'When a worker last looked whether an alarm is due.',
      alarms.looked === undefined ? [] : whole(alarms.looked / 1000),
    ),
  ]
  return metrics.filter(({ values }) => values.length > 0)
}

const counter = (name: string, help: string, values: readonly MetricValue[]): Metric => ({ name, help, type: 'counter', values })
const gauge = (name: string, help: string, values: readonly MetricValue[]): Metric => ({ name, help, type: 'gauge', values })
const rowsOf = ({ rows }: { readonly rows: number }) => rows
const bytesOf = ({ bytes }: { readonly bytes: number }) => bytes
const seconds = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : milliseconds / 1000)
