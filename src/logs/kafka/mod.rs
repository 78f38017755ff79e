//! Kafka as the log: exactly once, on a real broker.
//!
//! In reading order:
//!
//! - [`client`]: how every client of the broker is set up; [`topics`]: the topics and what each
//!   must be, which [`fit`] judges.
//! - [`wire`]: how records stand in `routed` and `state`; [`dead`]: in the dead letters,
//!   which [`letters`] reads and sends back.
//! - [`routing`]: from the article topics to each desk's partition, at least once; [`standing`]
//!   is where it reads on, and [`taken`] tells whether a partition without an offset is a new one.
//! - [`lanes`]: the role of the lanes. [`member`] is the one thread that polls, [`feed`] what it
//!   shares with a lane's thread, [`lane_log`] the seam of the engine, [`transactions`] what makes
//!   a batch visible as a whole, [`reader`] how state is restored, [`snapshots`] what makes that
//!   short.
//! - [`examine`]: what a doctor can find out; [`heard`]: waits for a broker, and why it
//!   is silent. [`past`]: ranges of
//!   a topic, for replays.
//! - [`port`]: what a lane needs of the broker; [`at_broker`] is a real one, with its
//!   [`transactional`] producer.
//! - [`lag`]: how far reading is behind; [`pace`]: where the time of a batch goes.
//! - [`published`]: what was published, for readers.
//! - [`retire`] and [`watchdog`]: for calls that do not return.

pub mod at_broker;
pub mod client;
pub mod dead;
pub mod error;
pub mod examine;
pub mod feed;
pub mod fit;
pub mod heard;
pub mod lag;
pub mod lane_log;
pub mod lanes;
pub mod letters;
pub mod member;
pub mod pace;
pub mod past;
pub mod port;
pub mod producer;
pub mod published;
pub mod reader;
pub mod retire;
pub mod routing;
pub mod snapshots;
pub mod spread;
pub mod standing;
pub mod taken;
pub mod topics;
pub mod transactional;
pub mod transactions;
pub mod watchdog;
pub mod wire;
