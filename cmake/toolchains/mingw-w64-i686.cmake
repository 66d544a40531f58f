# SPDX-License-Identifier: MIT
#
# Builds for 32-bit Windows with mingw-w64: cmake -DCMAKE_TOOLCHAIN_FILE=THIS_FILE ...
set(mingw_triplet i686-w64-mingw32)
set(mingw_processor x86)
include(${CMAKE_CURRENT_LIST_DIR}/mingw-w64.cmake)
