import { useSyncExternalStore } from 'react'

import { type Appearance, appearance_key, appearanceOf } from './appearance.ts'
import { applyAppearance } from './apply.ts'
import { createKept } from './kept.ts'

export { type Appearance, densities, themes } from './appearance.ts'
export { createKept } from './kept.ts'
export { type Colours, flawsOf, isDark, paletteOf, readable } from './palette.ts'

/** How the app looks on this device. A change is seen at once, here and in other tabs. */
export const appearance = createKept<Appearance>(appearance_key, appearanceOf, (value) => applyAppearance(value))

export const useAppearance = (): Appearance => useSyncExternalStore(appearance.subscribe, appearance.get)
