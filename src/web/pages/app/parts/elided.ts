/** A name behind the French "de": "d’ada", "de bob". With an h it is left whole, as whether that is heard cannot be seen. */
export const de = (name: string): string => (/^[aeiouàâäéèêëîïôöùûü]/i.test(name) ? `d’${name}` : `de ${name}`)
