/** Two kinds of tests: those of the sources, and those of the built program, for which a build is made when there is none. */
import { defineConfig } from 'vitest/config'

const built = ['test/e2e/**/*.test.ts', 'test/startup.test.ts']

export default defineConfig({
  test: {
    // Property tests take their time on a machine with two busy cores.
    testTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: built } },
      {
        extends: true,
        test: { name: 'built', include: built, globalSetup: 'test/support/build.ts', testTimeout: 120_000 },
      },
    ],
  },
})
