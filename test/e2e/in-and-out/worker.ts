import { deploymentsAt, placesIn } from './deployments.ts'

// A process that works for every deployment, until it is killed.
await Promise.all(Object.values(deploymentsAt(placesIn(process.env))).map((app) => app.start()))
console.error('ready')
