/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: all of its Win32, without its sockets.
 */
#ifndef SOCKPAL_WINSOCK_WIN32_H
#define SOCKPAL_WINSOCK_WIN32_H

#include "base.h"
#include "clock.h"
#include "completion.h"
#include "console.h"
#include "crt.h"
#include "error.h"
#include "file.h"
#include "handle.h"
#include "interlocked.h"
#include "lock.h"
#include "memory.h"
#include "message.h"
#include "print.h"
#include "process.h"
#include "synchronize.h"
#include "system.h"
#include "text.h"
#include "thread.h"
#include "threadpool.h"

#endif
