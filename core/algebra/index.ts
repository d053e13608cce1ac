export { type Aggregation, type AggregationSpec, aggregation } from './aggregation.ts'
export { max, min } from './extremes.ts'
export { count, sparseSum, sum, sumBigInt } from './sum.ts'
