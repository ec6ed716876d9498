/** What runs in browsers: its own files, and the packages that are named here. None of it knows the server, and the server knows none of it. */
interface Room {
  of: RegExp
  /** What of the sources it may import, by the beginning of the path. */
  files: string[]
  packages: string[]
}

const sdks = ['veza-js-sdk', 'veza-react-components']
const page = (name: string): Room => ({
  of: new RegExp(`^src/web/pages/${name}/`),
  files: [`src/web/pages/${name}/`, 'src/web/pages/shared/', 'src/web/addresses.ts'],
  // In what browsers get, Preact is React.
  packages: ['react', 'react-dom', ...sdks],
})

const rooms: Room[] = [
  { of: /^sdks\/javascript\/src\//, files: ['sdks/javascript/src/'], packages: [] },
  { of: /^sdks\/react\/src\//, files: ['sdks/react/src/'], packages: ['react', 'veza-js-sdk'] },
  ...['app', 'playground', 'widget', 'shared'].map(page),
  { of: /^src\/web\/pages\/[^/]+\.d\.ts$/, files: [], packages: [] },
]

export const isForBrowsers = (path: string): boolean => /^(sdks|src\/web\/pages)\//.test(path)

/** Elements are classes to the browser, and to React what catches errors is one. */
export const isBrowsersClass = (path: string, parent: string): boolean =>
  isForBrowsers(path) && ['HTMLElement', 'Component'].includes(parent)

/** Where a file for browsers belongs, or what is wrong about that. */
export const judgeBrowserPlace = (path: string): string | null =>
  rooms.some(({ of }) => of.test(path)) ? null : 'is for browsers, and in none of the places of test/house/browser.ts'

export function judgeBrowserImport(path: string, target: string): string | null {
  const room = rooms.find(({ of }) => of.test(path))
  if (room === undefined) return null
  if (/^(src|sdks|test|migrations|\.ci|package\.json)(\/|$)/.test(target))
    return room.files.some((start) => target.startsWith(start)) ? null : `imports ${target}, which is not for it`
  const name = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : (target.split('/')[0] ?? target)
  return room.packages.includes(name) ? null : `imports ${target}, a package that is not for it`
}
