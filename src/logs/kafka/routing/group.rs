//! Route in its group: where it reads on when partitions come, and what it leaves behind when they
//! go.

use std::sync::atomic::Ordering;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::consumer::{CommitMode, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};

use super::GROUP;
use super::router::Router;
use crate::logs::kafka::client::{tell, tell_error};
use crate::logs::kafka::error::LaneError;
use crate::logs::kafka::standing;
use crate::telemetry::metrics::OfKind;

impl Router {
    /// Where each partition is read on: where the group stands, if the topic still has it. One that
    /// the group has no offset of gets one before anything is read there, so that where there is
    /// none later, and desks have taken records, it was forgotten.
    fn place(
        &self,
        consumer: &BaseConsumer<Self>,
        list: &TopicPartitionList,
    ) -> Result<TopicPartitionList, LaneError> {
        let asked = |error| LaneError::kafka("asking for the offsets of the article topics", error);
        let standings = standing::of(consumer, list.clone()).map_err(asked)?;
        let mut placed = TopicPartitionList::with_capacity(standings.len());
        let mut first_time = TopicPartitionList::new();
        for standing in &standings {
            let (topic, partition) = (&standing.topic, standing.partition);
            let next = standing.next(self.cluster.app())?;
            if standing.is_first_time() {
                let offset = Offset::Offset(next);
                first_time.add_partition_offset(topic, partition, offset).map_err(asked)?;
            }
            placed.add_partition_offset(topic, partition, Offset::Offset(next)).map_err(asked)?;
            self.positions.reached(topic, partition, next);
        }
        let (topics, partitions) = (&self.way.topics, self.way.partitions);
        standing::none_forgotten(&self.cluster, topics, partitions, &standings)?;
        self.begin(consumer, &first_time)?;
        Ok(placed)
    }

    fn begin(
        &self,
        consumer: &BaseConsumer<Self>,
        first_time: &TopicPartitionList,
    ) -> Result<(), LaneError> {
        if first_time.count() == 0 {
            return Ok(());
        }
        let calling = self.watch.calling("committing the first offsets of the article topics");
        let committed = consumer.commit(first_time, CommitMode::Sync);
        drop(calling);
        committed.map_err(|error| LaneError::kafka("committing the first offsets", error))
    }

    fn tell(&self, partitions: usize, kind: &'static str) {
        let kind = OfKind { group: GROUP, kind };
        let metrics = &self.way.telemetry.metrics;
        metrics.rebalances.get_or_create(&kind).inc_by(partitions as u64);
    }

    fn take_up(
        &self,
        consumer: &BaseConsumer<Self>,
        list: &TopicPartitionList,
    ) -> Result<(), LaneError> {
        let asked = |error| LaneError::kafka("taking up partitions of the article topics", error);
        let placed = self.place(consumer, list)?;
        match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_assign(&placed),
            _ => consumer.assign(&placed),
        }
        .map_err(asked)
    }

    fn let_go(
        &self,
        consumer: &BaseConsumer<Self>,
        list: &TopicPartitionList,
    ) -> Result<(), LaneError> {
        for element in list.elements() {
            let (metrics, topic) = (&self.way.telemetry.metrics, element.topic());
            self.positions.forget(metrics, topic, element.partition());
        }
        if !consumer.assignment_lost() {
            self.settle(consumer, CommitMode::Sync)?;
        }
        // What is still there is the next owner's to send again.
        self.pending().next.clear();
        let asked = |error| LaneError::kafka("giving up partitions of the article topics", error);
        match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
            _ => consumer.unassign(),
        }
        .map_err(asked)
    }
}

impl ClientContext for Router {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tell_error(&error, reason);
    }
}

impl ConsumerContext for Router {
    fn commit_callback(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        let mut pending = self.pending();
        if let Err(error) = result {
            tracing::debug!(error = %error, "offsets not committed yet");
            pending.asked = false;
            return;
        }
        for element in offsets.elements() {
            let place = (element.topic().to_owned(), element.partition());
            if pending.next.get(&place).copied().map(Offset::Offset) == Some(element.offset()) {
                pending.next.remove(&place);
            }
        }
    }

    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        what: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let done = if what == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            tracing::info!(partitions = list.count(), "article partitions assigned");
            self.tell(list.count(), "assigned");
            let taken_up = self.take_up(consumer, list);
            if taken_up.is_ok() {
                self.is_assigned.store(true, Ordering::Relaxed);
                self.way.telemetry.health.ready_is(GROUP);
            }
            taken_up
        } else {
            tracing::info!(partitions = list.count(), "article partitions taken away");
            self.is_assigned.store(false, Ordering::Relaxed);
            self.way.telemetry.health.waits(GROUP, "gave partitions back and waits for its group");
            let lost = consumer.assignment_lost();
            self.tell(list.count(), if lost { "lost" } else { "revoked" });
            self.let_go(consumer, list)
        };
        if let Err(error) = done {
            self.fail(error);
        }
    }
}
