/* crash.h - places where a process is made to die, to try what a crash there leaves.
 *
 * In builds with -Dcrash_points=true, BEFFROI_CRASH_AT=name:count kills the process the count-th time
 * that it comes to the point of that name, and BEFFROI_STOP_AT=name:count stops it there (SIGSTOP),
 * as if its machine had frozen. In all others a point is nothing.
 */
#ifndef API_VOTING_CRASH_H
#define API_VOTING_CRASH_H

/* What CRASH_POINT calls, in such a build. */
void crash_point(const char *name);

#ifdef BEFFROI_CRASH_POINTS
#define CRASH_POINT(name) crash_point(name)
#else
#define CRASH_POINT(name) ((void)0)
#endif

#endif
