import * as stories from './client-stories.ts'
import { everyPoint } from './every-point.ts'

everyPoint('clients', stories)
