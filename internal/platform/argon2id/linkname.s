// SPDX-License-Identifier: Apache-2.0

// Lets functions without a body stand in this package: they are linked by name.
