// SPDX-License-Identifier: Apache-2.0

package aside

import "golang.org/x/sys/unix"

// stepBack lowers the priority of this thread below that of the program: on
// Linux each thread has its own (setpriority(2), "C library/kernel differences").
// Where it is not allowed the computation is no worse off than anybody.
func stepBack() {
	me := unix.Gettid()
	if reversed, err := unix.Getpriority(unix.PRIO_PROCESS, me); err == nil { // the system call answers 20 - nice
		_ = unix.Setpriority(unix.PRIO_PROCESS, me, 20-reversed+niceness)
	}
}
