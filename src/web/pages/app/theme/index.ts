import { useStore } from '../context.ts'
import { createKept } from '../stored.ts'
import { type Appearance, appearance_key, appearanceOf } from './appearance.ts'
import { applyAppearance } from './apply.ts'

export { type Appearance, densities, themes } from './appearance.ts'
export { type Colours, flawsOf, isDark, paletteOf, readable } from './palette.ts'

/** How the app looks on this device. A change is seen at once, here and in other tabs. */
export const appearance = createKept<Appearance>(appearance_key, appearanceOf)
appearance.subscribe(() => applyAppearance(appearance.get()))

export const useAppearance = (): Appearance => useStore(appearance)
