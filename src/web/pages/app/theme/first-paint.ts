// A script of its own that pages wait for before they paint, so that nobody sees the wrong theme flash by.
import { keptValue } from '../stored.ts'
import { appearance_key, appearanceOf } from './appearance.ts'
import { applyAppearance } from './apply.ts'

applyAppearance(appearanceOf(keptValue(appearance_key)))
