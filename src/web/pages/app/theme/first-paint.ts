// A script of its own that pages wait for before they paint, so that nobody sees the wrong theme flash by.
import { appearance_key, appearanceOf } from './appearance.ts'
import { applyAppearance } from './apply.ts'
import { readKept } from './kept.ts'

applyAppearance(appearanceOf(readKept(appearance_key)))
