/** The version of this build, which the bundler writes in; sources run as they are have none. */
declare const __VERSION__: string

export const version: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source'
