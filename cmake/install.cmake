# SPDX-License-Identifier: MIT
#
# What `cmake --install` puts where: the header, both libraries, the CMake package with the toolchain files for
# mingw-w64, the pkg-config file, and what the header refers to; the same of the Winsock face, whose headers have a folder
# of their own because their names are Windows'. The tree that results may be moved.
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/sockpal)

install(FILES include/sockpal.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS sockpal_static sockpal_shared EXPORT sockpal
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/sockpal)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/contract.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)

# The static library needs these of its users; the targets file writes them into sockpal::static.
install(EXPORT sockpal NAMESPACE sockpal:: FILE sockpal-targets.cmake DESTINATION ${package_folder})

configure_package_config_file(cmake/sockpal-config.cmake.in ${PROJECT_BINARY_DIR}/sockpal-config.cmake
    INSTALL_DESTINATION ${package_folder})
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
    set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sockpal-config-version.cmake COMPATIBILITY ${compatibility})
install(FILES
    ${PROJECT_BINARY_DIR}/sockpal-config.cmake
    ${PROJECT_BINARY_DIR}/sockpal-config-version.cmake
    DESTINATION ${package_folder}
)
install(FILES
    cmake/toolchains/mingw-w64.cmake
    cmake/toolchains/mingw-w64-i686.cmake
    cmake/toolchains/mingw-w64-x86_64.cmake
    DESTINATION ${package_folder}/toolchains
)

# pkg-config: paths relative to the file where that is possible.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
    set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
    file(RELATIVE_PATH pc_up "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
    string(REGEX REPLACE "/$" "" pc_up "${pc_up}")
    set(pc_prefix "\${pcfiledir}/${pc_up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()

function(install_pkg_config name)
    configure_file(cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

set(pc_private -pthread)
if(WIN32)
    list(TRANSFORM platform_libraries PREPEND "-l" OUTPUT_VARIABLE pc_private)
    list(JOIN pc_private " " pc_private)
endif()
install_pkg_config(sockpal)

if(NOT SOCKPAL_WINSOCK)
    return()
endif()

# What helps with porting is of use on Windows, too: that is where the programs come from.
install(PROGRAMS tools/sockpal-port-check DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES tools/face-names.txt tools/windows-names.txt DESTINATION ${CMAKE_INSTALL_DATADIR}/sockpal)
install(FILES docs/porting.md docs/winsock.md docs/winsock-options.md docs/differences.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)

set(pc_requires sockpal)
set(pc_winsock_private -pthread)
set(pc_libs "-L\${libdir} -lsockpal-winsock")
set(pc_cflags "-I\${includedir}/sockpal-winsock -Wno-unknown-pragmas")
if(WIN32)
    set(pc_requires "")
    set(pc_winsock_private "")
    set(pc_libs "-lws2_32 -lmswsock")
    set(pc_cflags "")
    install(TARGETS sockpal_winsock EXPORT sockpal)
else()
    install(TARGETS sockpal_winsock_static sockpal_winsock_shared EXPORT sockpal
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    )
    install(DIRECTORY include/winsock/ ${winsock_spellings}/ DESTINATION ${winsock_includedir})
endif()
install_pkg_config(sockpal-winsock)
