/* crash.h - places where a process is made to die, to try what a crash there leaves.
 *
 * In builds with -Dcrash_points=true, BEFFROI_CRASH_AT=name:count kills the process the count-th time
 * that it comes to the point of that name. In all others a point is nothing.
 */
#ifndef API_VOTING_CRASH_H
#define API_VOTING_CRASH_H

#ifdef BEFFROI_CRASH_POINTS
void crash_point(const char *name);
#define CRASH_POINT(name) crash_point(name)
#else
#define CRASH_POINT(name) ((void)0)
#endif

#endif
