import { AppError } from '../../kernel/errors.ts'

/** VALIDATION_FAILED for what would look like an id. */
export function requireSlug(slug: string): void {
  if (!/^\d+$/.test(slug)) return
  throw new AppError('VALIDATION_FAILED', [
    { field: 'slug', reason: 'must not be only digits, or it would look like an id' },
  ])
}

/** "Café des Amis" becomes "cafe-des-amis". A name without any Latin letter or digit gets a random slug. */
function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') // prettier-ignore
  const slug = plain.slice(0, 64).replaceAll(/^-+|-+$/g, '')
  if (slug === '' || /^\d+$/.test(slug)) return `room-${slug || crypto.randomUUID().slice(0, 8)}`
  return slug
}

/** The slug of a name, and one for when that is taken, which does not tell by whom. */
export function slugsFor(name: string): string[] {
  const slug = slugOf(name)
  return [slug, `${slug.slice(0, 55)}-${crypto.randomUUID().slice(0, 8)}`]
}
