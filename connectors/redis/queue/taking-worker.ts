import type { Job, JobJson, Worker, WorkerOptions } from 'bullmq'

/** A worker that runs nothing: it is asked for jobs, one at a time, and told what became of them. */
export interface TakingWorker extends Worker {
  readonly dataOf: (job: Job) => string
}

/** @param Base BullMQ's Worker, which is there only once its package is */
export function takingWorker(Base: typeof Worker): new (queue: string, processor: null, options: WorkerOptions) => TakingWorker {
  return class extends Base implements TakingWorker {
    readonly #data = new WeakMap<Job, string>()

    /** BullMQ parses the data first, and a job whose data it cannot parse would be taken and lost, again and again. */
    protected override createJob(json: JobJson, id: string): Job {
      const { data } = json
      const job = isJson(data) ? super.createJob(json, id) : super.createJob({ ...json, data: 'null' }, id)
      this.#data.set(job, data)
      return job
    }

    dataOf = (job: Job): string => this.#data.get(job) ?? ''
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
