//! The task-queue reference pair.
